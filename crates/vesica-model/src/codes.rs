//! Every code of every message, with its title and its long text (`vesica know E11`).
//! A code never changes its meaning.
//!
//! Ranges: 01-09 quantities and doses, 10-19 names, 20-29 geometry and physics, 30-39 scenarios,
//! 40-49 files and folders, 50-69 Antimony and networks, 70-79 the biology folder, 80 and 88-89 the command line, 81-87 files of the
//! lab, 90-95 result folders, 96-99 studies. E: the
//! user's input, W: a warning, X: our fault.

/// One code with what it means.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// `E11`, `W23`, `X01`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it means, why it is so, and how to mend it.
    pub text: &'static str,
}

/// All codes, sorted.
pub const CODES: &[Code] = &[
    Code {
        code: "E01",
        title: "a number without its unit",
        text: "Every number has its unit beside it: \"10 uM\", \"24 h\", \"5e4 particles/cell\". A bare number is \
               read only where the quantity has none: a share, a fold change, a number of cells. The message names \
               units that fit.",
    },
    Code {
        code: "E02",
        title: "a text that is no quantity",
        text: "A quantity is a number and its unit (\"10 uM\"), a best value with its 90 % range (\"60 (20..200) \
               /h\"), a range alone (\"unknown (0.1..30) %\"), two hypotheses (\"0 or unknown (0.1..30) %\"), or a \
               value with the spread between individuals (\"110 nm \u{b1} 30 nm\"). The ends of a range stand on \
               both sides of two points.",
    },
    Code {
        code: "E03",
        title: "a unit that is not known",
        text: "Units are names with powers, joined by spaces and `/`: `uM`, `1/(M s)`, `nL/h/cell`, `um^2/s`, \
               `particles/mL`. `\u{b5}` and `u`, `^2` and `\u{b2}`, `/mL` and `mL^-1` are the same; capitals matter \
               (`mM` is no `mm`). After `/` several factors need brackets: `1/(M s)`.",
    },
    Code {
        code: "E04",
        title: "a unit that measures something else",
        text: "The number is written in a unit of another dimension than is needed here: a time where a \
               concentration belongs, or a molar amount of vesicles. Vesicles are counted: give them per cell \
               (\"5e4 particles/cell\"), per volume (\"5e9 particles/mL\") or as protein (\"10 ug protein\"). A word \
               that counts may be left out: `/h` is understood where `/cell/h` is meant.",
    },
    Code {
        code: "E05",
        title: "a dose of protein that cannot be counted",
        text: "Vesicles weighed as protein become a number only with a conversion, measured on the same sample by \
               particle tracking and a protein assay: `particles_per_ug` of the vesicle. It differs a hundredfold \
               between preparations, so there is no default; a range works (\"unknown (1e8..1e10) /ug\"), and the \
               report shows what it costs.",
    },
    Code {
        code: "E06",
        title: "a negative number where there can be none",
        text: "Doses, amounts, times and rates are zero or more. To take a drug away, dose it again with 0 and \
               `wash = true`.",
    },
    Code {
        code: "E07",
        title: "a range that contradicts itself",
        text: "The low end is above the high end, or the best value lies outside. In \"5 (1..20) uM\" 5 is the median, \
               1 and 20 are where 5 % and 95 % of the draws lie.",
    },
    Code {
        code: "E08",
        title: "a number that is not finite",
        text: "`nan`, `inf` and numbers beyond 1e308 cannot be computed with. What is not known is written as a \
               range: \"unknown (0.1..30) %\".",
    },
    Code {
        code: "E09",
        title: "a comma in a number",
        text: "The decimal sign is a point: 0.5. A comma is refused and not guessed, because 1,500 is read as 1.5 in \
               one country and as 1500 in another. Thousands may be set apart by `_` or a space: 20_000, 20 000.",
    },
    Code {
        code: "E10",
        title: "a miRNA that is not known",
        text: "The name is neither in biology/mirnas.tsv nor an older name of one that is. Names follow miRBase: \
               species, number, strand (`hsa-miR-522-3p`); capitals and the species may be left out. The message \
               names close ones.",
    },
    Code {
        code: "E11",
        title: "a miRNA name that means several molecules",
        text: "A hairpin gives two mature strands with different seeds, so they silence different genes. A name \
               without its strand is ambiguous when both are known: choose the strand that the source measured. \
               If the source does not say, run both and report both.",
    },
    Code {
        code: "E12",
        title: "a gene or pool that the cell type does not have",
        text: "A cell type lists the genes, fixed amounts and pools that its mechanisms use (biology/cells/). \
               Only those can be set, read, repressed or named as packing a cargo. `vesica know CELL` lists them; \
               another gene is a line in a cell file of a copied biology folder.",
    },
    Code {
        code: "E13",
        title: "a repression that would have to be predicted",
        text: "Prediction of a repression from sequences comes with a later version. Give what is known instead: \
               a measured effect (`act.GENE = \"0.45 of control\"`), or a range (`\"unknown (0.2..0.9 of \
               control)\"`), which the report counts as assumed.",
    },
    Code {
        code: "E14",
        title: "a drug that is not known",
        text: "The name is neither a drug nor an alias in biology/drugs.tsv, nor a [drug.NAME] of the scenario. \
               Your own drug needs the link it acts on, its target (a port of a mechanism) and its constants: \
               [drug.mine] acts_on = \"decide\", target = \"xct_activity\", ic50 = \"1 uM\".",
    },
    Code {
        code: "E15",
        title: "a name that nothing defines",
        text: "A formula or reaction of the model names something that is neither a species, a compartment nor a \
               constant with a value, or a port or constant that a submodel does not have. Most often it is a \
               misspelling: the nearest known name is suggested. Otherwise give it a value (`k = 1`) or declare it \
               (`species A`). Constants inside mechanism files need no value there; the table of parameters gives \
               it.",
    },
    Code {
        code: "E16",
        title: "a plate that is not known",
        text: "biology/plates.tsv lists plates by their number of wells. For another vessel give its growth area: \
               area = \"0.32 cm^2\".",
    },
    Code {
        code: "E17",
        title: "a cell type that is not known",
        text: "`is` names a cell type of biology/cells/ by its file, name or alias, or a line of \
               biology/cell_lines.tsv.",
    },
    Code {
        code: "E18",
        title: "a reading that the cell does not have",
        text: "copies(miRNA, CELL) needs a vesicle that brings that miRNA to the cell; protein(GENE, CELL) and \
               mrna(GENE, CELL) a gene of its cell type.",
    },
    Code {
        code: "E19",
        title: "a name that is not in this file",
        text: "An arm, cell, vesicle, measure, time, instrument, word or path was named that is not there. A path \
               may be cut at its front as long as it stays unique: `tumour.count` for `cell.tumour.count`. The \
               message names the nearest or lists those that are there.",
    },
    Code {
        code: "E20",
        title: "an amount that no experiment has",
        text: "A volume, an area, a size or a doubling time of zero, or a temperature at which medium is no \
               liquid.",
    },
    Code {
        code: "E21",
        title: "cells that do not fit in the well",
        text: "The area that the cells cover, as discs of their diameter (biology/parameters.tsv, \
               geometry.diameter), is more than twice the area of the well. The message says how many layers that \
               would be, and what would fit.",
    },
    Code {
        code: "E22",
        title: "cargo that does not fit in the vesicle",
        text: "The volume of all cargo together, without water and whatever else a vesicle holds, is more than the \
               volume inside the bilayer. Check the unit of copies, or whether the number is per vesicle or per \
               preparation. Cargo whose size nobody says takes no room.",
    },
    Code {
        code: "E23",
        title: "a cargo that is not known",
        text: "What a vesicle carries is a miRNA (biology/mirnas.tsv), a row of biology/molecules.tsv, the mRNA, \
               protein or siRNA of a gene (`SYMBOL mRNA`, `SYMBOL protein`, `si-SYMBOL`), or a drug. Another \
               molecule says itself what it is: kind = \"mRNA\", gene = \"SYMBOL\", size = \"1800 nt\"; kinds are \
               siRNA, lncRNA, circRNA, tRNA fragment, mRNA, DNA, protein, lipid and iron. A size is a mass (25 kDa), \
               a length (1800 nt) or base pairs (500 bp).",
    },
    Code {
        code: "E24",
        title: "a dose by mass of a drug whose molar mass is not known",
        text: "A body is given an amount of a drug, and cells feel its molecules. A mass (\"10 mg/kg\", \"1 mg\") \
               becomes molecules only with the molar mass of the drug: a row `drug.NAME.molar_mass` in g/mol of \
               biology/parameters.tsv. Without it the dose can be given in moles: \"20 umol/kg\" or \"5 umol\".",
    },
    Code {
        code: "E26",
        title: "a share above 100 %",
        text: "Shares lie between 0 and 100 %. The ends of a range are cut there by themselves; a best value must \
               lie inside.",
    },
    Code {
        code: "E27",
        title: "the liquid does not fit in the well",
        text: "The volume over the growth area is the height of the liquid; wells of culture plates are less than \
               20 mm deep. Give less volume, or a larger plate or area in [place].",
    },
    Code {
        code: "E28",
        title: "a word that belongs to another kind of place",
        text: "A well has a plate, an area, one volume of liquid, a layout and a medium that can be washed away. A body \
               has a species, fluids, organs in which cells live (`at`), perhaps a tumour, and routes by which doses are \
               given; nobody washes it, it clears what it got by its own mechanisms. Cells, vesicles, drugs and measures \
               are the same in both. Take the word away, or choose the other kind of place.",
    },
    Code {
        code: "E29",
        title: "an organ, fluid, species, route or tumour that the body does not have",
        text: "What a body has stands in its plan, biology/bodies/SPECIES.toml: fluids that instruments sample, organs \
               and their parts, routes by which a dose is given. `fluids` in [place] lists those that are sampled here. \
               A tumour is there only when [place] has `tumour = { at = \"stomach\", volume = \"0.1..10 cm^3\" }`. The \
               message names what there is.",
    },
    Code {
        code: "E30",
        title: "a key that is not known",
        text: "Every key of a scenario has a meaning; a key that is not known is an error, so that a misspelt one \
               is not left out in silence. The message names the nearest, or those that are known in that table.",
    },
    Code {
        code: "E31",
        title: "an instrument that does not read such a sample",
        text: "The column `samples` of biology/instruments.tsv says what can be put into an instrument: cells of a culture, \
               tissue (cells taken out of a body), medium, or fluids of a body; `kinds` says which cargo it counts. A plate \
               reader reads cells in a plate and no urine, sequencing of small RNA counts no protein, and no instrument \
               tells vesicles between the cells of an organ from what the cells hold. The message names instruments that \
               read it. Without `by` the measure is read as it is, with the noise and limit that you give.",
    },
    Code {
        code: "E32",
        title: "something that must be there is missing",
        text: "A scenario needs time, a place, cells, arms and measures; some tables need certain keys. Where the \
               knowledge base has a default, nothing is missing. The message says what to add.",
    },
    Code {
        code: "E33",
        title: "a value of the wrong kind",
        text: "A text stands where a list belongs, two keys contradict each other, or a range where one number is \
               needed. The message shows how it is written.",
    },
    Code {
        code: "E34",
        title: "an arm that starts from itself",
        text: "`like` starts an arm from another one. Following it must end at an arm without `like`.",
    },
    Code {
        code: "E35",
        title: "something after the end of the experiment",
        text: "A dose or a reading lies after [time] span, so nothing would come of it.",
    },
    Code {
        code: "E36",
        title: "a time that cannot be simulated",
        text: "A span of zero, a record longer than the span, or far too many points: a curve keeps at most 100 \
               000 points, a measure is read at most 10 000 times.",
    },
    Code {
        code: "E37",
        title: "cells that are not counted in whole numbers",
        text: "A count at the start is a whole number. A range around it may be drawn anywhere.",
    },
    Code {
        code: "E38",
        title: "words that cannot be read",
        text: "`reads`, `counts`, `given` and `status` have a small grammar: alive(CELL), mode(NAME, CELL), \
               protein(GENE, CELL) / ARM; \"<= -10 points\"; \"ARM >= 80 %\"; measured, inferred or assumed.",
    },
    Code {
        code: "E39",
        title: "what a later version brings",
        text: "Tissues and bodies and data of a measure are planned and refused by name until they are simulated.",
    },
    Code {
        code: "E40",
        title: "a file that cannot be read or written",
        text: "The word is neither a file that can be read nor the name of an example, or the place to write to \
               refuses: no permission, a full disk, a folder where a file is needed. The message says what the \
               system said. `vesica new` lists the examples; `--out DIR` chooses another place to write to. Worlds \
               that were finished are kept: the same command goes on from them.",
    },
    Code {
        code: "E41",
        title: "a knowledge base that cannot be read",
        text: "`--biology DIR`, or `biology = \"DIR\"` in the scenario, takes a folder laid out as the built-in \
               one: tables (parameters.tsv, drugs.tsv ...), `cells/`, `links/`, `forms/`, references.bib. The \
               message names the file or folder in it that could not be read, and why.",
    },
    Code {
        code: "E42",
        title: "a file that is no text",
        text: "The file holds bytes that no text has. A scenario is a text file in TOML.",
    },
    Code { code: "E43", title: "a text in UTF-16", text: "Save the file as UTF-8." },
    Code {
        code: "E44",
        title: "a file that is too large",
        text: "A scenario has at most 10 MB. Tables of data are not part of it.",
    },
    Code {
        code: "E45",
        title: "a text that is no TOML",
        text: "Keys are written `name = value`; texts and numbers with a unit stand in quotes; a table begins \
               with [name]; no key stands twice. All places are shown at once.",
    },
    Code {
        code: "E46",
        title: "an include that cannot be followed",
        text: "The file is not there, or includes lead back to a file that is already open. Paths start at the \
               folder of the scenario.",
    },
    Code {
        code: "E47",
        title: "an empty file",
        text: "There is nothing in the file. `vesica new` writes an example to start from.",
    },
    Code { code: "E48", title: "a scenario of another format", text: "`vesica = 1` says which format the file has." },
    Code {
        code: "E50",
        title: "text that is not Antimony",
        text: "The statement can not be understood at the place that is marked. The rest of the text is read from \
               the next statement on, so one slip gives one message. Statements end with `;` or with the line; a \
               formula may go on in the next line only inside brackets, after an operator or after a comma.",
    },
    Code {
        code: "E51",
        title: "Antimony that is not read yet",
        text: "The statement is right Antimony, but vesica does not compute it yet: delays and priorities of \
               events, `persistent=false`, `delete`, DNA strands, interactions, flux balance, \
               constraints, uncertainties, conversion factors, named stoichiometries, a few functions. It is \
               refused because leaving it out would change the results silently.",
    },
    Code {
        code: "E52",
        title: "a name used twice",
        text: "Two models, functions, ports, reactions, events or submodels have the same name, or the name is a \
               word of the language. The first one counts. Give each its own name.",
    },
    Code {
        code: "E53",
        title: "a model that is not there",
        text: "A submodel, or the model asked for, was found in none of the texts. Check the spelling, or read the \
               text that has it.",
    },
    Code {
        code: "E54",
        title: "too many names handed over",
        text: "A submodel is given more names than its model has ports. Names are bound to ports by their order.",
    },
    Code {
        code: "E55",
        title: "a name without a value",
        text: "A constant is used, and neither the model nor a model around it gives it a value. Give it one from \
               outside: `submodel.constant = 1`.",
    },
    Code {
        code: "E56",
        title: "two values for one symbol",
        text: "Two parts that share a symbol through ports give it different values, and no model around them \
               decides. Both places are named. The outer model's value counts: give it there.",
    },
    Code {
        code: "E57",
        title: "two rules for one symbol",
        text: "A symbol can follow one rule only: one `:=`, or one rate rule, or be set by events. Two parts that \
               both set one port by `:=` contradict each other; no order would be right.",
    },
    Code {
        code: "E58",
        title: "a value that depends on itself",
        text: "Values and rules name each other in a circle; the circle is written out. Break it, or write one of \
               them as a rate rule, which has a value at the start.",
    },
    Code {
        code: "E59",
        title: "a function that is not known or called wrongly",
        text: "There is no function of this name, or it takes another number of arguments, or a function of the \
               user names something that is not among its arguments.",
    },
    Code {
        code: "E60",
        title: "a model or function inside itself",
        text: "A model has itself as a submodel, or a function calls itself, directly or through others. It would \
               never end.",
    },
    Code {
        code: "E61",
        title: "a formula or model that is too large",
        text: "A formula is nested too deep or becomes too large with its functions in line, or there are too many \
               submodels. Split formulas with `:=`; such sizes come from texts made by programs.",
    },
    Code {
        code: "E62",
        title: "an imported file that was not read",
        text: "A text imports a file that was not found or not read. Imports are looked for beside the text that \
               names them.",
    },
    Code {
        code: "E63",
        title: "a symbol with two natures",
        text: "A symbol is used as two things that exclude each other: an amount in one module and a concentration \
               in another, a reaction and a species, a constant that is changed, a species that a rule holds and a \
               reaction changes. Write `$A` in a reaction that shall not change A.",
    },
    Code {
        code: "E64",
        title: "a number with a unit",
        text: "Antimony allows units behind numbers (`1 mole`). vesica does not convert them and would lose the \
               unit, so it refuses. Write the number in the units of the model.",
    },
    Code {
        code: "E66",
        title: "a compartment that changes",
        text: "The size of a compartment must be one number while the network runs: concentrations are amounts \
               divided by it. Rules, events and formulas for sizes are not read yet.",
    },
    Code {
        code: "E67",
        title: "algebraic rules that do not determine what they name",
        text: "Each rule `0 = formula` determines one name of its formula: a species, or a name declared with `var`, \
               that no reaction, rule or event changes and that is no `const`. There must be as many such names in \
               the rules as there are rules, each rule with one of its own. A rule that holds together what rates \
               drive (the length of a pendulum) has an index above 1 and is not solved: differentiate it by time until \
               it names what it determines, or let it replace one of the rates.",
    },
    Code {
        code: "E68",
        title: "a reaction without a rate",
        text: "The rate law is missing. It stands on the line of the reaction, after a semicolon: `A -> B; k*A`. It \
               is an amount per time, not a concentration per time.",
    },
    Code {
        code: "E70",
        title: "a table of the knowledge base that is not whole",
        text: "Each table of the knowledge base must be there, with all its columns named in the first row that is \
               no comment. Cells are separated by single tabs; a row may be shorter than the header (the rest is \
               empty), never longer. Lines that begin with `#` are comments.",
    },
    Code {
        code: "E71",
        title: "a row of the knowledge base that cannot be used",
        text: "A row has a number that is none, a unit that cannot be read or measures something else than its \
               place needs, an unknown link or status, a range upside down, no source where one is needed, or an id \
               that stands twice for the same cell type; or an entry of references.bib stands twice or is torn, as a \
               merge line by line can leave it. The message names the row and what is wrong. A number is measured or \
               inferred with a source, or assumed with a note that says why.",
    },
    Code {
        code: "E72",
        title: "a source that is not in references.bib",
        text: "Every key in the `source` or `key` column of a table is an entry of references.bib, so that each \
               number can be followed to where it was read. Add the entry; or, if there is no source, leave the \
               cell empty and call the number `assumed`, with a note.",
    },
    Code {
        code: "E73",
        title: "a cell type that cannot be built",
        text: "A cell file names mechanisms (`links/9-decide/ferritin` is written `9-decide/ferritin`), lists to \
               repeat them over, another cell type that it is `like`, and what of that it is `without`. One of these \
               is not there, leads back to itself, or the file is no TOML of that form. The stem of a mechanism's file is the name of its \
               model. The place itself needs `4-travel/medium`.",
    },
    Code {
        code: "E74",
        title: "a number that the knowledge base does not have",
        text: "Mechanisms hold no numbers: each of their constants has a row in parameters.tsv under \
               `mechanism.constant`, or `mechanism.KEY.constant` for one key of a repeated mechanism; a drug's \
               constants stand under `drug.NAME.PORT.constant`, defaults of links under `links.LINK.NAME`. The \
               message says which row is missing. A range alone is enough: leave `value` empty and give `low` and \
               `high`.",
    },
    Code {
        code: "E75",
        title: "a cell that lacks a port",
        text: "The program sets and reads a few names inside a cell: its volume, the vesicles it sends, those that \
               arrive and open, the copies that reach the cytosol. A cell that sends or receives vesicles must list \
               mechanisms that have these ports; the message names the one that is missing. Ports bind by name, so \
               a typing error in a mechanism or in `bind` shows here, too.",
    },
    Code {
        code: "E76",
        title: "a drug that cannot act as its row says",
        text: "A drug acts on a port through a form: a row in forms.tsv (combines = factor, term or module) and a \
               file in `forms/` with a function or a model of that name. The first argument of a function, and the \
               port `drug` of a model, is the concentration. The message says what is missing.",
    },
    Code {
        code: "E77",
        title: "a name that two things of the knowledge base share",
        text: "A dose, a gene of [links] or a cell line is found by its name or by any of its aliases, letter case \
               aside. A name that two drugs, two genes, two cell lines or a drug and a gene share would mean one of \
               them at random. The message names both rows: take the alias out of one, or call one otherwise.",
    },
    Code {
        code: "E80",
        title: "a command that cannot be understood",
        text: "The verb, an option or its value is not known. `vesica` alone shows the verbs, `vesica VERB --help` \
               the options of one. Options that every verb takes: --json, --quiet, --seed, --threads, --out, \
               --biology.",
    },
    Code {
        code: "E81",
        title: "a file of the lab of no kind that is known",
        text: "A file is told by its first line, its header or its columns, and this one is told by none of them. \
               docs/lab-files.md shows what each kind needs. `--as KIND` reads it as one kind; the message then names \
               what that kind lacks.",
    },
    Code {
        code: "E82",
        title: "a column that is missing",
        text: "A kind of file needs some columns, by one of the names that people give them; letter case, spaces and \
               what stands in brackets do not matter. Other columns are kept and not used.",
    },
    Code {
        code: "E83",
        title: "a column without its unit",
        text: "A number in a table has the unit of its column, which stands in the header: `concentration [uM]`, \
               `time [h]`, `size [nm]`. Nothing is assumed: a dose in nM that is read as uM is a thousand times too \
               large. `--unit concentration=uM` says it without touching the file.",
    },
    Code {
        code: "E84",
        title: "a file of the lab of which nothing can be used",
        text: "The file was read to its end, and no row of it gives a number, or no sample fits what was asked for. \
               The other findings say which rows were left out and why.",
    },
    Code {
        code: "E86",
        title: "data that a measure cannot be compared with",
        text: "`data` of a measure takes a file of the lab whose readings belong to arms and times of the scenario and \
               are of the kind that the measure reads: living and dead cells for alive(CELL), numbers of living cells \
               for alive(CELL) / untreated, a value in the unit of the measure for all others. `vesica convert FILE` \
               shows what was understood and which measure would read it.",
    },
    Code {
        code: "E88",
        title: "words that fit several axes",
        text: "`vesica new --axis` writes the scenario of one axis. The message lists those that fit; add the gene, \
               the disease or the cell that sends, or give the id (`AX005`).",
    },
    Code {
        code: "E89",
        title: "a choice that an axis does not leave open",
        text: "`--strand` and `--molecule` choose where the source names no strand, or only a family. This axis names \
               its molecule, or none at all: leave the option out. To simulate another molecule, write the scenario \
               and change its name there.",
    },
    Code {
        code: "E90",
        title: "a result folder of another scenario",
        text: "The folder holds a finished run, or a begun one, whose scenario, numbers, seed or version differ; \
               the message shows the first difference. Nothing is mixed: choose another folder with --out DIR, or \
               replace this one with --fresh.",
    },
    Code {
        code: "E91",
        title: "a folder that is no result",
        text: "`vesica run FOLDER` repeats a finished run and needs its scenario.lock.toml. To write, the folder \
               must be new, empty or a result of vesica: nothing is deleted that vesica did not write. Choose \
               another with --out DIR.",
    },
    Code {
        code: "E92",
        title: "a result folder in use",
        text: "Another run is writing into the same folder. Wait until it is done, or choose another folder with \
               --out DIR. A lock that a killed run left behind does no harm.",
    },
    Code {
        code: "E93",
        title: "a run that could not be repeated",
        text: "The run was made again in a temporary folder and one of its files came out different; the message \
               names the first. The same version, knowledge base, scenario and seed give the same bytes on any \
               number of threads, so one of these changed, or a file of the folder was changed by hand. Only the \
               times in ro-crate-metadata.json may differ.",
    },
    Code {
        code: "E94",
        title: "a file that is already there",
        text: "`vesica new` never replaces a file: it may hold your changes. Choose another name: `vesica new \
               EXAMPLE other.toml`.",
    },
    Code {
        code: "E95",
        title: "a result folder that is damaged",
        text: "A file of a finished run is gone or cannot be read, so its answer cannot be shown or compared. The \
               command that made the folder writes it anew with `--fresh`; what you put into it stays.",
    },
    Code {
        code: "E96",
        title: "a quantity that cannot be varied here",
        text: "`vesica sweep` varies a drug that some arm doses (all its doses together), a number of the scenario by \
               its path or a unique end of it, or a row of parameters.tsv by its id. It must be able to change \
               something: some cell reads it, and not every arm sets it itself.",
    },
    Code {
        code: "E97",
        title: "values that make no design",
        text: "Values are a range with its layout (\"0.1..30 uM, log 9\", \"0..48 h, 5\") or levels (\"0, 1, 10 uM\"). \
               A range has two ends, and zero has no logarithm. A grid has as many points as its levels multiplied; \
               --design lhs and --design sobol cover many quantities with as many points as you say.",
    },
    Code {
        code: "E98",
        title: "a design that makes no sense for this scenario",
        text: "A question that the scenario cannot answer: an arm or a measure that it does not have, nothing that \
               is uncertain, two arms that are one. The message names what is missing.",
    },
    Code {
        code: "E99",
        title: "a method that is impossible here",
        text: "`run = { method = .. }`, or --method of run, sweep and rank, says how cells are simulated. \
               `deterministic`: every amount flows. `hybrid`: cargo that is scarce is counted in whole molecules, the \
               rest flows. `exact`: every molecule is counted, one event after another. `leaps`: every molecule is \
               counted, many events at a time. In both, vesicles on their way through a cell stay means until they \
               open, and amounts with a rate rule flow. They are impossible where a cell takes more than a million \
               events, or leaps, where a rate at rest is below zero, and where algebraic rules hold; the message \
               names the cell and the reaction. Cells of the knowledge base have 10^9 molecules of some kinds, so \
               only small ones, such as `reporter cell`, can be counted whole. `auto`, and no word at all, takes \
               hybrid where cargo arrives inside a cell, unless a guide is among it (guides bind and leave their \
               targets thousands of times, and counting each costs many times the run), and deterministic elsewhere.",
    },
    Code {
        code: "W10",
        title: "a molecule by another name",
        text: "The name was read as the one in the knowledge base: for a miRNA that of miRBase. Old names, names \
               without species, aliases and accessions are understood; the report uses the present name.",
    },
    Code {
        code: "W14",
        title: "a drug that acts on nothing here",
        text: "None of the cells has the port on which the drug acts, for example because no vesicle is made or \
               no miRNA is sent. The dose is simulated and changes nothing.",
    },
    Code {
        code: "W23",
        title: "a vesicle that is no exosome",
        text: "Exosomes are 30 to 150 nm across. Larger or smaller ones are simulated with the same rules. What is \
               too large for a coated pit enters by macropinocytosis; the clearance stays the one that is given, so \
               give their own.",
    },
    Code {
        code: "W24",
        title: "cells in more than one layer",
        text: "Cells as discs of their diameter would cover the well more than once, though less than twice. \
               Dense cells are smaller than single ones; all are treated alike.",
    },
    Code {
        code: "W25",
        title: "a range that reaches beyond what a vesicle can hold",
        text: "The best value or the middle of the range fits, its upper end does not: worlds are drawn there all \
               the same. Lower the end.",
    },
    Code {
        code: "W30",
        title: "two names that differ only in letter case",
        text: "They are kept apart, but people and some file systems do not.",
    },
    Code {
        code: "W31",
        title: "a problematic cell line",
        text: "The line is listed as contaminated or misidentified (biology/cell_lines.tsv). The run goes on and \
               the report says so on its first page.",
    },
    Code {
        code: "W32",
        title: "a lock file from another knowledge base",
        text: "The numbers that stand in a lock file are used as they stand; those of mechanisms and drugs come \
               from the knowledge base, which is not the one that the lock file was made with. `--biology DIR` \
               takes another.",
    },
    Code {
        code: "W34",
        title: "a cargo that acts on no gene here",
        text: "A cargo is sent, and nothing in the cells that take it up depends on it: [links] names no gene that it \
               changes (act.GENE), the cells do not make the protein of its gene, and no mechanism hears its signal. \
               Its copies are counted and change nothing.",
    },
    Code {
        code: "W35",
        title: "a reader of cargo that the scenario does not name",
        text: "Some proteins bring a miRNA into vesicles, or hold it back, by a motif in its sequence (motifs.tsv). Where the \
               scenario says nothing and the sender has the protein, the packing follows it: in this type of cell first, then \
               by a row that names the miRNA, then by the longest motif. A motif of four letters says little: GGAG \
               stands in one human miRNA of six. `packed_by` and `held_by` name a gene, several, or \"none\"; either of them takes both assumptions away.",
    },
    Code {
        code: "W36",
        title: "a count of vesicles that mixes or parts origins",
        text: "Exosomes, vesicles of the plasma membrane and what dying cells shed are apart in vesica, by origin; an instrument \
               that counts particles sees all of them. `particles(medium)` counts whatever is in the medium, and says which \
               kinds those are. `particles(endosome)`, or the name of a vesicle, counts a part: that is what happens in the \
               model, not what the instrument would read beside the rest.",
    },
    Code {
        code: "W37",
        title: "one number of [links] act for several cargoes",
        text: "act.GENE says how far a gene goes down (or up) at saturating copies. It holds for every miRNA, long RNA, \
               lipid or surface protein of the scenario that does not say on which genes it acts: with two of them, \
               both change the gene, each in the cells that it reaches, by one number. `targets` of a cargo names its \
               genes, and takes them away from those that name none; `targets = []` is for cargo that acts on none.",
    },
    Code {
        code: "W38",
        title: "a condition that is not simulated",
        text: "What a scenario says of the medium or the temperature changes less here than at the bench. Serum that still has \
               its vesicles would add them to every count, and rates of cells are those at 37 °C whatever the temperature: \
               only diffusion follows it. What is simulated goes on as it would without.",
    },
    Code {
        code: "W39",
        title: "equal steps over a range of many times",
        text: "Doses act by their factors: from 0.1 to 100 uM, seven equal steps are 0.1, 17, 33 .. 100, so that everything below \
               17 uM rests on one level, and an EC50 there cannot be told. `log` makes equal factors: \"0.1..100 uM, log 7\".",
    },
    Code {
        code: "W43",
        title: "a text that is not UTF-8",
        text: "The file was read as Latin-1, in which every byte is a letter. Save it as UTF-8 to be sure that µ, \
               ° and ± are what you see.",
    },
    Code {
        code: "W50",
        title: "units are read over",
        text: "The text defines or attaches units. vesica takes the numbers as they stand and does not check or \
               convert them in Antimony. Make sure that all numbers are in one system of units.",
    },
    Code {
        code: "W51",
        title: "a species without a value at the start",
        text: "The species has no initial value. Antimony tools start it at 0, and so does vesica. Write `A = 0` if \
               that is meant.",
    },
    Code {
        code: "W52",
        title: "two values in one model",
        text: "A symbol gets two different values in one model. The last one counts, as in other Antimony tools.",
    },
    Code {
        code: "W53",
        title: "division by zero",
        text: "A formula divides by the number 0. The result is infinite or not a number.",
    },
    Code {
        code: "W54",
        title: "`&&` beside `||` without brackets",
        text: "In Antimony both bind equally, from left to right: `a || b && c` is `(a || b) && c`. Many languages \
               read it otherwise. Set brackets.",
    },
    Code {
        code: "W55",
        title: "a compartment without a size",
        text: "The compartment has no size. 1 is taken, as for the compartment of species that have none.",
    },
    Code {
        code: "W56",
        title: "a constant that nothing uses",
        text: "The model gives a value to a constant that no formula names. It may be a misspelling, or a leftover.",
    },
    Code {
        code: "W57",
        title: "a port that nothing uses",
        text: "The model has a port that none of its formulas names. What is bound to it has no effect here.",
    },
    Code {
        code: "W71",
        title: "rows of the knowledge base that contradict each other",
        text: "Two statements, or two axes, say the opposite of one molecule and one gene. Published work does that, \
               and both rows stay: which one fits is for the reader to say. But neither row names the other, so one \
               of them may be a slip of the hand. Name the other row in the column `note` (statements.tsv) or \
               `against` (axes.tsv), or correct the one that is wrong.",
    },
    Code {
        code: "W80",
        title: "a well that the plate does not have, or that stands twice",
        text: "Wells are written A1 to H12 on a plate of 96. The plate is the smallest that has nearly all wells of the \
               file; one outside of it is left out, and of one that stands twice the first counts. A map that does not \
               say what was in a well leaves it out.",
    },
    Code {
        code: "W81",
        title: "a cell or row that is left out",
        text: "The cell holds no number where one is needed, or the row lacks its name. The rest of the file is read. \
               Empty cells, NA, ND and - mean that nothing was measured, and are no slip.",
    },
    Code {
        code: "W82",
        title: "rows that say the same thing twice",
        text: "Two rows are about the same thing. When they agree they count once; when they contradict each other \
               both are left out, because nothing says which is right. Replicates are told apart by a column \
               `replicate`.",
    },
    Code {
        code: "W83",
        title: "samples that are the same",
        text: "Two columns have the same name, or the same numbers from top to bottom. A copy of a sample is no \
               replicate: it would make a range too narrow, so it is left out.",
    },
    Code {
        code: "W84",
        title: "a number with the other decimal sign",
        text: "A file has one decimal sign, found from the numbers that leave no choice. A number with the other one \
               was edited by hand, and is left out. `--decimal point` or `--decimal comma` overrules what was found.",
    },
    Code {
        code: "W85",
        title: "a number that cannot be",
        text: "Counts, sizes, concentrations and light are zero or more, and nothing can be divided by zero. The cell \
               is left out.",
    },
    Code {
        code: "W86",
        title: "readings that belong to no arm, or to no time of the measure",
        text: "A reading belongs to an arm by its name, by an entry of `arms`, or by what was added: the same drugs in \
               the same amounts. Its time is one of the measure's, within 15 minutes; `after = \"24 h\"` says when the \
               clock of the file starts. What belongs nowhere is not used, and nothing is fitted to the rest.",
    },
    Code {
        code: "W87",
        title: "names in a table that are not known",
        text: "Names of miRNAs follow miRBase, of any release, with or without the species. A name that is not in the \
               knowledge base, or that means several molecules, counts in the totals and becomes no cargo.",
    },
    Code {
        code: "W88",
        title: "miRNAs that reads cannot tell apart",
        text: "Programs that count reads merge miRNAs whose reads look alike (miR-192-5p/215-5p). Members with one \
               sequence are one molecule here. Others are refused as cargo, because the reads may be of either; \
               `--split` shares them evenly, which is a guess.",
    },
    Code {
        code: "W89",
        title: "an export that is cut short",
        text: "The file ends, or a row ends, before everything is there: a copy that was interrupted, or an export \
               that was stopped. What is there is read.",
    },
    Code {
        code: "X01",
        title: "vesica failed",
        text: "Something was met that the program does not handle. This is our fault: send the message, the scenario \
               and the version. Worlds that were finished are kept; the same command goes on from them.",
    },
    Code {
        code: "X02",
        title: "a network that the engine refuses",
        text: "The mechanisms were read and wired, but the network they make could not be compiled. Its names and \
               formulas were checked before, so this is our fault, also where the mechanism is yours. Report it \
               with the scenario and the folder of the knowledge base; the message says what the engine met.",
    },
    Code {
        code: "X03",
        title: "a lock file that does not read back",
        text: "Before a run, the scenario is written as its lock file and read back: what is simulated is then what \
               `vesica run FOLDER` repeats. Here it did not read back, which is our fault. Send the scenario file.",
    },
    Code {
        code: "X04",
        title: "vesicles are not conserved",
        text: "Vesicles that entered the medium, and the copies in them, must be in it, lost, on or inside cells, \
               opened or digested; what cells secreted must be in the medium or lost there. More than a thousandth \
               is nowhere. The answer may still hold; please send the lock file of the run.",
    },
];

/// Looks a code up.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|entry| entry.code.eq_ignore_ascii_case(code))
}
