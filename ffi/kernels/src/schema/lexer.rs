//! A lexer of SQL over bytes, in PostgreSQL's rules: where statements end, which comments ask for
//! another file, and what is left open at the end. The twin of `src/schema/_lexer_ts.ts`, whose
//! first lines name the sources of the rules; it tells of no statements, nobody here asks.

use memchr::{memchr, memchr2, memmem};

/// What was left open at the end of the bytes, by the byte that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlFault {
    Quote(usize),
    Identifier(usize),
    Comment(usize),
    DollarQuote(usize),
    CopyData(usize),
}

/// A line `-- @include PATH`: its bytes with the line end, and those of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Include {
    pub start: usize,
    pub end: usize,
    pub path_start: usize,
    pub path_end: usize,
}

/// What is found on the way.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SqlParts {
    pub includes: Vec<Include>,
    /// The first command of psql.
    pub meta: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Space,
    Quote,
    Double,
    Dollar,
    Minus,
    Slash,
    Backslash,
    Semicolon,
    Open,
    Close,
    Letter,
}

/// Words of an unfinished statement that decide how it ends.
const WORDS_MAX: u32 = 4;

/// A word longer than this is no keyword.
const WORD_BYTES_MAX: usize = 16;

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | 0x09..=0x0d => Class::Space,
            b'\'' => Class::Quote,
            b'"' => Class::Double,
            b'$' => Class::Dollar,
            b'-' => Class::Minus,
            b'/' => Class::Slash,
            b'\\' => Class::Backslash,
            b';' => Class::Semicolon,
            b'(' => Class::Open,
            b')' => Class::Close,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => Class::Letter,
            _ => Class::Plain,
        };
        byte += 1;
    }
    table
}

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

fn in_word(byte: u8) -> bool {
    byte == b'$' || byte.is_ascii_digit() || class(byte) == Class::Letter
}

/// Reads SQL to its end.
pub fn scan_sql(bytes: &[u8], parts: &mut SqlParts) -> Result<(), SqlFault> {
    let state = Statement::default();
    Scan { bytes, parts, at: 0, token_end: 0, start: None, state, word_run: (0, false) }.run()
}

/// What is known of the statement under way.
#[derive(Default)]
struct Statement {
    parens: u32,
    words: u32,
    /// How far the first words are those of a routine's definition.
    head: Head,
    is_copy_from_stdin: bool,
    last_is_from: bool,
    /// Open `BEGIN` and `CASE` of a routine's body.
    begins: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Head {
    #[default]
    Start,
    Create,
    CreateOr,
    CreateOrReplace,
    Routine,
    Copy,
    Other,
}

impl Head {
    fn after(self, word: &[u8]) -> Head {
        match (self, word) {
            (Head::Start, b"create") => Head::Create,
            (Head::Start, b"copy") => Head::Copy,
            (Head::Copy | Head::Routine, _) => self,
            (Head::Create, b"or") => Head::CreateOr,
            (Head::CreateOr, b"replace") => Head::CreateOrReplace,
            (Head::Create | Head::CreateOrReplace, b"function" | b"procedure") => Head::Routine,
            _ => Head::Other,
        }
    }
}

impl Statement {
    fn watches_words(&self) -> bool {
        self.words < WORDS_MAX || matches!(self.head, Head::Routine | Head::Copy)
    }

    fn word(&mut self, word: &[u8]) {
        if self.words < WORDS_MAX {
            self.words += 1;
            self.head = self.head.after(word);
        }
        if self.head == Head::Copy && self.last_is_from && word == b"stdin" {
            self.is_copy_from_stdin = true;
        }
        self.last_is_from = word == b"from";
        if self.head == Head::Routine && self.parens == 0 {
            match word {
                b"begin" => self.begins += 1,
                b"case" if self.begins > 0 => self.begins += 1,
                b"end" => self.begins = self.begins.saturating_sub(1),
                _ => {}
            }
        }
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    parts: &'a mut SqlParts,
    at: usize,
    /// Where the last token ended: what stands there begins a new one.
    token_end: usize,
    /// Where the statement under way begins.
    start: Option<usize>,
    state: Statement,
    /// The end of what was looked at of a word, and whether it has letters.
    word_run: (usize, bool),
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), SqlFault> {
        loop {
            self.skip();
            let Some(&byte) = self.bytes.get(self.at) else {
                return Ok(());
            };
            self.token(class(byte))?;
        }
    }

    /// The bulk of the bytes ends no token and begins none.
    fn skip(&mut self) {
        let in_statement = self.start.is_some();
        let skips_words = in_statement && !self.state.watches_words();
        let rest = &self.bytes[self.at..];
        let skipped = rest.iter().position(|&byte| match class(byte) {
            Class::Space => false,
            Class::Plain => !in_statement,
            Class::Letter => !skips_words,
            _ => true,
        });
        self.at += skipped.unwrap_or(rest.len());
    }

    fn token(&mut self, kind: Class) -> Result<(), SqlFault> {
        let at = self.at;
        let next = self.bytes.get(at + 1).copied();
        match (kind, next) {
            (Class::Minus, Some(b'-')) => return self.line_comment(),
            (Class::Slash, Some(b'*')) => return self.block_comment(),
            (Class::Backslash, _) => return self.meta_command(),
            _ => {}
        }
        self.start.get_or_insert(at);
        match kind {
            Class::Quote => return self.string(),
            Class::Double => {
                let end = end_of_doubled(self.bytes, at + 1, b'"');
                return self.closed(end.ok_or(SqlFault::Identifier(at))?);
            }
            Class::Dollar => return self.dollar(),
            Class::Letter => return self.word(),
            Class::Semicolon => return self.semicolon(),
            Class::Open => self.state.parens += 1,
            Class::Close => self.state.parens = self.state.parens.saturating_sub(1),
            _ => {}
        }
        self.at = at + 1;
        Ok(())
    }

    fn closed(&mut self, end: usize) -> Result<(), SqlFault> {
        self.at = end;
        self.token_end = end;
        Ok(())
    }

    /// The end of this line without its end: a comment ends at CR too.
    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.at..];
        memchr2(b'\n', b'\r', rest).map_or(self.bytes.len(), |found| self.at + found)
    }

    fn line_comment(&mut self) -> Result<(), SqlFault> {
        let start = self.at;
        let end = self.line_end();
        if let Some(include) = include_at(self.bytes, start, end) {
            self.parts.includes.push(include);
        }
        self.closed(end)
    }

    fn block_comment(&mut self) -> Result<(), SqlFault> {
        let opens = self.at;
        let mut at = opens;
        let mut depth = 0;
        while let Some(found) = memchr2(b'/', b'*', &self.bytes[at..]) {
            at += found;
            match (self.bytes[at], self.bytes.get(at + 1)) {
                (b'/', Some(b'*')) => depth += 1,
                (b'*', Some(b'/')) => depth -= 1,
                _ => {
                    at += 1;
                    continue;
                }
            }
            at += 2;
            if depth == 0 {
                return self.closed(at);
            }
        }
        Err(SqlFault::Comment(opens))
    }

    fn string(&mut self) -> Result<(), SqlFault> {
        let opens = self.at;
        let escapes = self.has_escape_prefix();
        let mut at = opens + 1;
        loop {
            let end = if escapes {
                end_of_escaped(self.bytes, at)
            } else {
                end_of_doubled(self.bytes, at, b'\'')
            };
            let end = end.ok_or(SqlFault::Quote(opens))?;
            match continuation(self.bytes, end) {
                Some(next) if escapes => at = next,
                _ => return self.closed(end),
            }
        }
    }

    /// Whether an `E` stands before the quote, and is a word of its own.
    fn has_escape_prefix(&mut self) -> bool {
        let Some(before) = self.at.checked_sub(1).filter(|&before| before >= self.token_end) else {
            return false;
        };
        matches!(self.bytes[before], b'e' | b'E') && !self.is_in_word(before)
    }

    fn dollar(&mut self) -> Result<(), SqlFault> {
        let opens = self.at;
        let body = if self.is_in_word(opens) { None } else { end_of_tag(self.bytes, opens) };
        let Some(body) = body else {
            self.at = opens + 1;
            return Ok(());
        };
        let tag = &self.bytes[opens..body];
        let closes = memmem::find(&self.bytes[body..], tag).ok_or(SqlFault::DollarQuote(opens))?;
        self.closed(body + closes + tag.len())
    }

    /// Whether a byte goes on with a word: the dollar of `a$` does, that of the parameter `$1` and
    /// what follows the number `1` do not. What was looked at is not looked at again.
    fn is_in_word(&mut self, opens: usize) -> bool {
        let (end, known) = self.word_run;
        let from = self.token_end.max(end);
        let run = &self.bytes[from.min(opens)..opens];
        let start = run.iter().rposition(|&byte| !in_word(byte)).map_or(0, |at| at + 1);
        let mut has_letter = run[start..].iter().any(|&byte| class(byte) == Class::Letter);
        has_letter |= start == 0 && end > self.token_end && known;
        let is_letter = class(self.bytes[opens]) == Class::Letter;
        self.word_run = (opens + 1, has_letter || is_letter);
        has_letter
    }

    fn word(&mut self) -> Result<(), SqlFault> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|&byte| !in_word(byte)).unwrap_or(rest.len());
        self.at = start + length;
        if !self.state.watches_words() {
            return Ok(());
        }
        if length > WORD_BYTES_MAX {
            self.state.word(b"?");
            return Ok(());
        }
        let mut lower = [0; WORD_BYTES_MAX];
        lower[..length].copy_from_slice(&rest[..length]);
        lower.make_ascii_lowercase();
        self.state.word(&lower[..length]);
        Ok(())
    }

    fn semicolon(&mut self) -> Result<(), SqlFault> {
        let end = self.at + 1;
        self.at = end;
        if self.state.parens > 0 || self.state.begins > 0 {
            return Ok(());
        }
        let reads_data = self.state.is_copy_from_stdin;
        let start = self.end_statement();
        if !reads_data {
            return Ok(());
        }
        let after = end_of_copy_data(self.bytes, end).ok_or(SqlFault::CopyData(start))?;
        self.closed(after)
    }

    /// A command of psql takes the rest of its line.
    fn meta_command(&mut self) -> Result<(), SqlFault> {
        let at = self.at;
        let end = self.line_end();
        self.parts.meta.get_or_insert(at);
        if self.start.is_some() && sends_query(&self.bytes[at + 1..end]) {
            self.end_statement();
        }
        self.closed(end)
    }

    fn end_statement(&mut self) -> usize {
        self.state = Statement::default();
        self.start.take().unwrap_or(self.at)
    }
}

/// Behind the quote that closes, where a doubled one stands for itself.
fn end_of_doubled(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr(quote, bytes.get(at..)?)?;
        if bytes.get(found + 1) != Some(&quote) {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The same where a backslash takes the byte behind it along.
fn end_of_escaped(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr2(b'\\', b'\'', bytes.get(at..)?)?;
        let is_end = bytes[found] == b'\'' && bytes.get(found + 1) != Some(&b'\'');
        if is_end {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// Behind the opening quote of a part that goes on with a string: spaces with a line end between
/// stand before it.
fn continuation(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = &bytes[from..];
    let spaces = rest.iter().position(|&byte| class(byte) != Class::Space)?;
    let has_line = rest[..spaces].iter().any(|&byte| byte == b'\n' || byte == b'\r');
    (rest[spaces] == b'\'' && has_line).then_some(from + spaces + 1)
}

/// Behind the second dollar of `$tag$`.
fn end_of_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    if class(*bytes.get(at)?) == Class::Letter {
        while bytes.get(at).is_some_and(|&byte| byte != b'$' && in_word(byte)) {
            at += 1;
        }
    }
    (bytes.get(at) == Some(&b'$')).then_some(at + 1)
}

/// Behind the line `\.` that ends the data of a copy.
fn end_of_copy_data(bytes: &[u8], from: usize) -> Option<usize> {
    let mut line = from + memchr(b'\n', &bytes[from..])? + 1;
    loop {
        let next = memchr(b'\n', &bytes[line..]);
        let end = next.map_or(bytes.len(), |found| line + found);
        let text = &bytes[line..end];
        if text.strip_suffix(b"\r").unwrap_or(text) == b"\\." {
            return Some(line + 2);
        }
        line = end + 1;
        next?;
    }
}

/// Whether a command of psql sends what stands before it.
fn sends_query(command: &[u8]) -> bool {
    let length = command.iter().position(|&byte| !in_word(byte)).unwrap_or(command.len());
    let name = command[..length].to_ascii_lowercase();
    let names: [&[u8]; 7] = [b"g", b"gx", b"gexec", b"gset", b"gdesc", b"crosstabview", b"watch"];
    names.contains(&name.as_slice())
}

/// A line comment that is a directive and has its line for itself.
fn include_at(bytes: &[u8], start: usize, end: usize) -> Option<Include> {
    let is_blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let text = bytes[start + 2..end].trim_prefix_blanks();
    let path = text.strip_prefix(b"@include")?;
    if path.first().is_some_and(|byte| !is_blank(byte)) {
        return None;
    }
    let before = bytes[..start].iter().rposition(|byte| !is_blank(byte));
    if before.is_some_and(|at| bytes[at] != b'\n') {
        return None;
    }
    let path_start = end - path.trim_prefix_blanks().len();
    let solid = bytes[path_start..end].iter().rposition(|byte| !is_blank(byte));
    let mut after = end;
    after += usize::from(bytes.get(after) == Some(&b'\r'));
    after += usize::from(bytes.get(after) == Some(&b'\n'));
    Some(Include {
        start: before.map_or(0, |at| at + 1),
        end: after,
        path_start,
        path_end: solid.map_or(path_start, |at| path_start + at + 1),
    })
}

trait Blanks {
    fn trim_prefix_blanks(&self) -> &[u8];
}

impl Blanks for [u8] {
    fn trim_prefix_blanks(&self) -> &[u8] {
        let solid = self.iter().position(|&byte| byte != b' ' && byte != b'\t');
        &self[solid.unwrap_or(self.len())..]
    }
}
