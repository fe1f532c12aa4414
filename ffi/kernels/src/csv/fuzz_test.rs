//! Random and damaged CSV against the crate `csv`, strictly and leniently, in many dialects.
//!
//! Where the crate's own rules are others, the case is put to it as they want it:
//!
//! - `NO_STRICT_MODE`: the crate takes every quote somehow. What is a fault of quoting, a NUL or a
//!   bare carriage return is judged by a reader that goes byte by byte as the rules are written.
//! - `BLANK_LINES`: the crate skips blank lines; in strict reading of one column they are nulls.
//! - `WIDTH`: the crate keeps ragged rows; here they are filled up or cut off.
//! - `COMMENTS`: the crate ends a comment with a line feed only, lenient reading with a bare carriage
//!   return too; the crate makes a record of a comment that the input ends in.
//! - `SKIPPED_LINES`: the crate cannot skip lines; they are cut off before. In lenient reading a
//!   bare carriage return ends them too.
//!
//! Escapes and blanks around fields mean something else to the crate (an escape outside quotes is
//! text to it, blanks go from quoted fields too): Python's csv is asked about those.

use super::CsvOptions;
use super::dialect::Rules;
use super::dialect::tests::run as run_dialect;
use super::testing::{Feed, Field, Outcome, Reference};
use crate::block::Kind;
use crate::fault::Code;
use crate::fuzz::{Property, Random, fuzz};

const TELLING: &[u8] = b"\",\n\r;'\t\0ab 1\\#\x80\xc3\xe2\xff\xef";

const PIECES: &[&[u8]] = &[
    b",",
    b",",
    b",",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\"",
    b"\"\"",
    b"\"x\"",
    b"\"y\n,\"",
    b"\"a \"\" b\"",
    b";",
    b"'",
    b"#",
    b" ",
    b"a",
    b"12",
    b"a long text that fills a block",
    b"\0",
    b"\xc3\xa9",
    b"\xf0\x9f\x98\x80",
    b"\xef\xbb\xbf",
];

/// A table that is well-formed but for the damage.
fn table(random: &mut Random, delimiter: u8, quote: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let width = 1 + random.below(5);
    for _ in 0..random.below(9) {
        for column in 0..width {
            if column > 0 {
                out.push(delimiter);
            }
            let is_quoted = random.once_in(3);
            let mut text = Vec::new();
            for _ in 0..random.below(4) {
                let kinds = if is_quoted { 7 } else { 4 };
                let long: &[u8] = b"0123456789012345678901234567890123456789";
                let pieces: [&[u8]; 7] =
                    [b"a", b"7.5", "é😀".as_bytes(), long, b"\n", &[quote, quote], &[delimiter]];
                text.extend_from_slice(pieces[random.below(kinds)]);
            }
            if is_quoted {
                text.insert(0, quote);
                text.push(quote);
            }
            out.extend_from_slice(&text);
        }
        out.extend_from_slice(if random.once_in(3) { b"\r\n" } else { b"\n" });
    }
    out
}

fn input(random: &mut Random, delimiter: u8, quote: u8) -> Vec<u8> {
    let mut bytes = if random.once_in(12) { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
    if random.once_in(2) {
        let kinds: Vec<&[u8]> = (0..2 + random.below(8)).map(|_| random.pick(PIECES)).collect();
        for _ in 0..random.below(40) {
            bytes.extend_from_slice(random.pick(&kinds));
        }
    } else {
        bytes.extend_from_slice(&table(random, delimiter, quote));
        if random.once_in(2) {
            random.damage(&mut bytes, TELLING);
        }
    }
    bytes
}

type Rows = Vec<Vec<Vec<u8>>>;

/// The crate's records up to its first fault, and whether there is one.
fn crate_records(input: &[u8], rules: &Rules, flexible: bool) -> (Rows, Option<csv::Error>) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(flexible)
        .delimiter(rules.delimiter)
        .quoting(rules.quote.is_some())
        .quote(rules.quote.unwrap_or(b'"'))
        .comment(rules.comment)
        .from_reader(input);
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        match record {
            Ok(record) => rows.push(record.iter().map(<[u8]>::to_vec).collect()),
            Err(error) => return (rows, Some(error)),
        }
    }
    (rows, None)
}

fn texts(outcome: &Outcome) -> Rows {
    let text = |(_, text, _): &Field| text.clone();
    outcome.rows.iter().map(|row| row.iter().map(text).collect()).collect()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: T, theirs: T) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: {ours:?}, expected {theirs:?}")) }
}

#[derive(Debug)]
struct Strict {
    options: CsvOptions,
    chunk: usize,
    rows_max: usize,
}

fn check_strict(input: &[u8], case: &Strict) -> Result<(), String> {
    let &Strict { options, chunk, rows_max } = case;
    let ours = Feed { options, chunk, rows_max, ..Feed::default() }.run(input);
    let reference = Reference::run(input, options);
    // NO_STRICT_MODE.
    same("fault", ours.fault, reference.fault)?;
    same("rows by the rules", &ours.rows, &reference.rows)?;
    let rules = Rules { delimiter: options.delimiter, ..Rules::default() };
    let (mut theirs, error) = crate_records(input, &rules, false);
    match ours.fault {
        None if error.is_some() => return Err(format!("accepted: {error:?}")),
        Some((Code::RaggedRow, _, _, offset)) => {
            let error = error.ok_or("the crate sees no ragged row")?;
            let place = error.position().map(csv::Position::byte);
            // The crate begins a record at the line ends before it.
            let blanks = |from: u64| {
                input[from as usize..].iter().take_while(|byte| b"\r\n".contains(byte)).count()
            };
            same("ragged row", Some(offset), place.map(|at| at + blanks(at) as u64))?;
        }
        Some(_) => theirs.truncate(ours.rows.len() + usize::from(options.header)),
        None => {}
    }
    if options.header && !theirs.is_empty() {
        theirs.remove(0);
    }
    // BLANK_LINES.
    let mut rows = texts(&ours);
    let mut kinds = ours.rows.iter();
    rows.retain(|_| !kinds.next().is_some_and(|row| row.len() == 1 && row[0].0 == Kind::Null));
    theirs.truncate(if ours.fault.is_some() { rows.len() } else { usize::MAX });
    same("rows of the crate", rows, theirs)
}

#[test]
fn fuzz_csv_strict() {
    fuzz(&Property {
        name: "csv strict, crate csv",
        make: |random| {
            let delimiter = [b',', b',', b';', b'\t'][random.below(4)];
            let options = CsvOptions { delimiter, header: random.once_in(2) };
            let chunk = [1 + random.below(70), usize::MAX][random.below(2)];
            let rows_max = [1 + random.below(4), usize::MAX][random.below(2)];
            (input(random, delimiter, b'"'), Strict { options, chunk, rows_max })
        },
        check: check_strict,
    });
}

#[derive(Debug)]
struct Lenient {
    rules: Rules,
    chunk: usize,
    rows_max: usize,
}

/// The input behind the lines that are skipped, and where it begins.
fn skipped(input: &[u8], rules: &Rules) -> usize {
    let mark = if input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut at = mark;
    for _ in 0..rules.skip_rows {
        let rest = &input[at..];
        at += match rest.iter().position(|byte| b"\r\n".contains(byte)) {
            Some(end) => end + 1 + usize::from(rest[end..].starts_with(b"\r\n")),
            None => rest.len(),
        };
    }
    at
}

fn check_lenient(input: &[u8], case: &Lenient) -> Result<(), String> {
    let Lenient { rules, chunk, rows_max } = case;
    let (ours, errors) = run_dialect(rules, input, *chunk, *rows_max);
    let from = skipped(input, rules);
    if std::str::from_utf8(&input[from..]).is_err() || memchr::memchr(0, input).is_some() {
        // Which bytes may be so is another test's; here it is that nothing depends on chunks.
        return same("split", ours, run_dialect(rules, input, usize::MAX, usize::MAX).0);
    }
    same("fault", ours.fault, None)?;
    // SKIPPED_LINES: the mark is the crate's to drop, a second one is text.
    let rest = [b"\xef\xbb\xbf", &input[from..]].concat();
    let (mut theirs, _) = crate_records(&rest, rules, true);
    // COMMENTS.
    let is_bare = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
    let has_bare = input.windows(2).any(is_bare) || input.ends_with(b"\r");
    if let Some(comment) = rules.comment {
        let line = memchr::memrchr(b'\n', &input[from..]).map_or(from, |at| from + at + 1);
        if has_bare {
            return Ok(());
        }
        if input[line..].starts_with(&[comment]) && theirs.last().is_some_and(|row| row == &[b""]) {
            theirs.pop();
        }
    }
    let width = theirs.first().map_or(0, Vec::len);
    if rules.header && !theirs.is_empty() {
        theirs.remove(0);
    }
    let is_ragged = theirs.iter().any(|row| row.len() != width);
    if is_ragged && !errors.iter().any(|error| !error.is_empty()) {
        return Err("no error row for a ragged one".to_owned());
    }
    // WIDTH.
    for row in &mut theirs {
        row.resize(width, Vec::new());
    }
    same("rows", texts(&ours), theirs)?;
    // SKIPPED_LINES: strict reading ends them elsewhere.
    if rules.skip_rows > 0 && has_bare {
        return Ok(());
    }
    let strict = Rules { lenient: false, recovers: false, ..rules.clone() };
    let (strict, _) = run_dialect(&strict, input, *chunk, *rows_max);
    if strict.fault.is_none() {
        let is_blank = |row: &Vec<Field>| row.len() == 1 && row[0].0 == Kind::Null;
        let rows: Vec<_> = strict.rows.into_iter().filter(|row| !is_blank(row)).collect();
        same("strict rows", &rows, &ours.rows)?;
        same("error rows of a strict input", errors, Vec::new())?;
    } else if errors.is_empty() && strict.fault.is_some_and(|fault| fault.0 != Code::BareCr) {
        return Err(format!("no error row for {:?}", strict.fault));
    }
    Ok(())
}

#[test]
fn fuzz_csv_lenient() {
    fuzz(&Property {
        name: "csv lenient, crate csv",
        make: |random| {
            let quote = [Some(b'"'), Some(b'"'), Some(b'\''), None][random.below(4)];
            let rules = Rules {
                delimiter: [b',', b',', b';', b'\t'][random.below(4)],
                quote,
                comment: [None, None, Some(b'#')][random.below(3)],
                skip_rows: [0, 0, 1, 2][random.below(4)],
                header: random.once_in(2),
                lenient: true,
                recovers: random.once_in(2),
                ..Rules::default()
            };
            let bytes = input(random, rules.delimiter, quote.unwrap_or(b'"'));
            let chunk = 1 + random.below(70);
            let rows_max = [1 + random.below(4), usize::MAX][random.below(2)];
            (bytes, Lenient { rules, chunk, rows_max })
        },
        check: check_lenient,
    });
}
