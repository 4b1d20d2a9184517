//! The little Markdown that `methods.md` uses, as HTML: headings, paragraphs, lists, code.

use super::svg::escape;

/// HTML of a Markdown text; everything in it is escaped, raw HTML too. The first heading is left to the page.
pub(super) fn html(markdown: &str) -> String {
    let mut out = String::new();
    let mut block = Block::None;
    for line in markdown.lines() {
        if line.starts_with("```") {
            let is_open = matches!(block, Block::Code);
            block.close(&mut out);
            block = if is_open { Block::None } else { Block::open(&mut out, Block::Code) };
        } else if matches!(block, Block::Code) {
            out += &escape(line);
            out.push('\n');
        } else if let Some(heading) = line.strip_prefix("## ") {
            block.close(&mut out);
            block = Block::None;
            out += &format!("<h3>{}</h3>", escape(heading));
        } else if let Some(item) = line.strip_prefix("- ") {
            if !matches!(block, Block::List) {
                block.close(&mut out);
                block = Block::open(&mut out, Block::List);
            }
            out += &format!("<li>{}</li>", escape(item));
        } else if line.trim().is_empty() || line.starts_with("# ") {
            block.close(&mut out);
            block = Block::None;
        } else {
            if matches!(block, Block::Paragraph) {
                out.push(' ');
            } else {
                block.close(&mut out);
                block = Block::open(&mut out, Block::Paragraph);
            }
            out += &escape(line);
        }
    }
    block.close(&mut out);
    out
}

enum Block {
    None,
    Paragraph,
    List,
    Code,
}

impl Block {
    fn open(out: &mut String, block: Block) -> Block {
        *out += match block {
            Block::None => "",
            Block::Paragraph => "<p>",
            Block::List => "<ul>",
            Block::Code => "<pre>",
        };
        block
    }

    fn close(&self, out: &mut String) {
        *out += match self {
            Block::None => "",
            Block::Paragraph => "</p>",
            Block::List => "</ul>",
            Block::Code => "</pre>",
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_open_and_close() {
        let text = "# Methods\n\n## Dose\n\nTwo\nlines & <b>\n\n- one\n- two\n\n```\na  b\n```\n";
        assert_eq!(
            html(text),
            "<h3>Dose</h3><p>Two lines &amp; &lt;b&gt;</p><ul><li>one</li><li>two</li></ul><pre>a  b\n</pre>"
        );
        assert_eq!(html("```\nnever closed"), "<pre>never closed\n</pre>");
    }
}
