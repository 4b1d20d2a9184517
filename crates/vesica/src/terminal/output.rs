//! Writing to stdout and stderr without a panic when nobody reads any more.

use std::io::{self, ErrorKind, Write};

/// Writes a whole text to stdout and flushes.
///
/// A reader that has closed its end (`vesica check | head`) is no failure: the text is dropped and the command goes
/// on to its end and its exit code.
///
/// # Errors
/// Any other failure of the device, as a full disk behind `> file`.
pub fn write_stdout(text: &str) -> io::Result<()> {
    write(&mut io::stdout().lock(), text)
}

/// Writes a whole text to stderr, as [`write_stdout`].
///
/// # Errors
/// As [`write_stdout`].
pub fn write_stderr(text: &str) -> io::Result<()> {
    write(&mut io::stderr().lock(), text)
}

fn write(output: &mut impl Write, text: &str) -> io::Result<()> {
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_a_full_disk_is_not() {
        assert!(write(&mut Fails(ErrorKind::BrokenPipe), "text").is_ok());
        assert!(write(&mut Fails(ErrorKind::StorageFull), "text").is_err());
    }
}
