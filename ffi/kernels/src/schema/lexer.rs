//! A lexer of SQL over bytes, in PostgreSQL's rules: where statements end, which comments ask for
//! another file, and what is left open at the end. The twin of `src/schema/_lexer_ts.ts`, whose
//! first lines name the sources of the rules; it tells of no statements, nobody here asks.

use memchr::{memchr, memchr2, memmem};

use super::marks::{
    Class, Include, are_spaces, are_spaces_with_line, class, end_of_block, end_of_copy_data,
    end_of_doubled, end_of_escaped, end_of_tag, end_of_word, in_word, include_at,
};
use super::psql::{Effect, command_at};

/// What was left open at the end of the bytes, by the byte that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlFault {
    Quote(usize),
    Identifier(usize),
    Comment(usize),
    DollarQuote(usize),
    CopyData(usize),
    Parenthesis(usize),
    Body(usize),
    If(usize),
}

/// What is found on the way.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SqlParts {
    pub includes: Vec<Include>,
    /// The first command of psql.
    pub meta: Option<usize>,
}

/// Words of an unfinished statement that decide how it ends.
const WORDS_MAX: u32 = 4;

/// A word longer than this is no keyword.
const WORD_BYTES_MAX: usize = 16;

/// Reads SQL to its end.
pub fn scan_sql(bytes: &[u8], parts: &mut SqlParts) -> Result<(), SqlFault> {
    let state = Statement::default();
    let scan = Scan {
        bytes,
        parts,
        at: 0,
        limit: bytes.len(),
        data_end: 0,
        token_end: 0,
        start: None,
        state,
        branches: Vec::new(),
        word_run: (0, false),
        escaped_end: None,
        copies: 0,
        copy_at: 0,
    };
    scan.run()
}

/// Open parentheses, and where the first of them stands.
#[derive(Clone, Copy, Default)]
struct Parens {
    depth: usize,
    at: usize,
}

/// What is known of the statement under way.
#[derive(Default)]
struct Statement {
    parens: Parens,
    words: u32,
    /// How far the first words are those of a routine's definition.
    head: Head,
    is_copy_from_stdin: bool,
    last: Last,
    last_at: usize,
    /// The body of a routine with its open `CASE`, and where it begins.
    begins: usize,
    body_at: usize,
}

/// The word before, where that decides what the next one means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    From,
    Begin,
    As,
    #[default]
    Other,
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

    fn is_open(&self) -> bool {
        self.parens.depth > 0 || self.begins > 0
    }

    /// A word that begins at a byte, whether behind a point or not.
    fn word(&mut self, word: &[u8], at: usize, is_behind_point: bool) {
        if self.words < WORDS_MAX {
            self.words += 1;
            self.head = self.head.after(word);
        }
        if self.parens.depth == 0 {
            let is_stdin = self.last == Last::From && word == b"stdin";
            self.is_copy_from_stdin |= self.head == Head::Copy && is_stdin;
            // A label is no keyword: `select 1 as end`, `select t.case`.
            let is_label = self.last == Last::As || is_behind_point;
            if self.head == Head::Routine && !is_label {
                self.body_word(word);
            }
        }
        self.last_at = at;
        self.last = match word {
            b"from" => Last::From,
            b"begin" => Last::Begin,
            b"as" => Last::As,
            _ => Last::Other,
        };
    }

    fn body_word(&mut self, word: &[u8]) {
        match word {
            b"case" if self.begins > 0 => self.begins += 1,
            b"end" => self.begins = self.begins.saturating_sub(1),
            b"atomic" if self.begins == 0 && self.last == Last::Begin => {
                self.begins = 1;
                self.body_at = self.last_at;
            }
            _ => {}
        }
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    parts: &'a mut SqlParts,
    at: usize,
    /// Where reading stops: the end, or the line end before data.
    limit: usize,
    /// Behind the data that begin at the limit.
    data_end: usize,
    /// Where the last token ended: what stands there begins a new one.
    token_end: usize,
    /// Where the statement under way begins.
    start: Option<usize>,
    state: Statement,
    /// The end of what was looked at of a word, and whether it has letters.
    word_run: (usize, bool),
    /// Each open `\if` and the parentheses there: every branch begins with them.
    branches: Vec<(usize, Parens)>,
    /// Behind an `E''` string and line comments, which may go on.
    escaped_end: Option<usize>,
    /// How many statements that psql holds read data, and where the first of them begins.
    copies: usize,
    copy_at: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), SqlFault> {
        while self.at < self.bytes.len() {
            self.skip();
            if self.at < self.limit {
                self.token(class(self.bytes[self.at]))?;
            } else if self.limit < self.bytes.len() {
                self.closed(self.at.max(self.data_end))?;
                self.limit = self.bytes.len();
            }
        }
        let Statement { parens, begins, body_at, .. } = self.state;
        if parens.depth > 0 {
            return Err(SqlFault::Parenthesis(parens.at));
        }
        if begins > 0 {
            return Err(SqlFault::Body(body_at));
        }
        self.branches.first().map_or(Ok(()), |&(at, _)| Err(SqlFault::If(at)))
    }

    /// The bulk of the bytes ends no token and begins none.
    fn skip(&mut self) {
        let in_statement = self.start.is_some();
        let skips_words = in_statement && !self.state.watches_words();
        let rest = &self.bytes[self.at.min(self.limit)..self.limit];
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
            (Class::Backslash, _) => return self.backslash(),
            (Class::Semicolon, _) => return self.semicolon(),
            _ => {}
        }
        self.start.get_or_insert(at);
        // Words with another token between do not belong together.
        if kind != Class::Letter {
            self.state.last = Last::Other;
        }
        match kind {
            Class::Quote => return self.string(),
            Class::Double => {
                let end = end_of_doubled(self.bytes, at + 1, b'"');
                return self.closed(end.ok_or(SqlFault::Identifier(at))?);
            }
            Class::Dollar => return self.dollar(),
            Class::Letter => return self.word(),
            Class::Open => {
                let Parens { depth, at: first } = self.state.parens;
                let at = if depth == 0 { at } else { first };
                self.state.parens = Parens { depth: depth + 1, at };
            }
            Class::Close => {
                let parens = &mut self.state.parens;
                parens.depth = parens.depth.saturating_sub(1);
            }
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
        if self.escaped_end.is_some_and(|from| are_spaces(&self.bytes[from..start])) {
            self.escaped_end = Some(end);
        }
        if let Some(include) = include_at(self.bytes, start, end) {
            self.parts.includes.push(include);
        }
        self.closed(end)
    }

    fn block_comment(&mut self) -> Result<(), SqlFault> {
        let end = end_of_block(self.bytes, self.at);
        self.closed(end.ok_or(SqlFault::Comment(self.at))?)
    }

    fn string(&mut self) -> Result<(), SqlFault> {
        let opens = self.at;
        let before = self.escaped_end.map(|from| &self.bytes[from..opens]);
        let escapes = before.is_some_and(are_spaces_with_line) || self.has_escape_prefix();
        let end = if escapes {
            end_of_escaped(self.bytes, opens + 1)
        } else {
            end_of_doubled(self.bytes, opens + 1, b'\'')
        };
        let end = end.ok_or(SqlFault::Quote(opens))?;
        self.escaped_end = escapes.then_some(end);
        self.closed(end)
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
        let end = end_of_word(self.bytes, start);
        self.at = end;
        if !self.state.watches_words() {
            return Ok(());
        }
        let is_behind_point = start > 0 && self.bytes[start - 1] == b'.';
        let word = &self.bytes[start..end];
        let mut lower = [0; WORD_BYTES_MAX];
        let word = match lower.get_mut(..word.len()) {
            Some(lower) => {
                lower.copy_from_slice(word);
                lower.make_ascii_lowercase();
                lower
            }
            None => b"?".as_slice(),
        };
        self.state.word(word, start, is_behind_point);
        Ok(())
    }

    fn semicolon(&mut self) -> Result<(), SqlFault> {
        self.at += 1;
        if self.state.is_open() {
            self.start.get_or_insert(self.at - 1);
            self.state.last = Last::Other;
            return Ok(());
        }
        self.send(self.at, true)
    }

    /// What psql makes of a backslash outside of quotes.
    fn backslash(&mut self) -> Result<(), SqlFault> {
        let at = self.at;
        self.parts.meta.get_or_insert(at);
        match self.bytes.get(at + 1) {
            // `\;` and `\:` are the bytes themselves; the former sends nothing.
            Some(b':') => {
                self.start.get_or_insert(at);
                self.closed(at + 2)
            }
            Some(b';') => {
                if !self.state.is_open() {
                    self.end_statement();
                }
                self.closed(at + 2)
            }
            _ => {
                let command = command_at(self.bytes, at);
                self.closed(command.next)?;
                self.command(command.effect, at, command.end)
            }
        }
    }

    fn command(&mut self, effect: Effect, at: usize, end: usize) -> Result<(), SqlFault> {
        match effect {
            Effect::Copy => self.data(end).ok_or(SqlFault::CopyData(at))?,
            Effect::Drop => {
                self.start = None;
                self.end_statement();
                self.copies = 0;
            }
            Effect::Send | Effect::Describe => self.send(end, effect == Effect::Send)?,
            Effect::If => self.branches.push((at, self.state.parens)),
            Effect::Else => {
                if let Some(&(_, parens)) = self.branches.last() {
                    self.state.parens = parens;
                }
            }
            Effect::Endif => drop(self.branches.pop()),
            Effect::None => {}
        }
        Ok(())
    }

    /// psql sends what it holds. A COPY then reads the lines behind.
    fn send(&mut self, end: usize, is_run: bool) -> Result<(), SqlFault> {
        self.end_statement();
        let copies = std::mem::take(&mut self.copies);
        for _ in 0..if is_run { copies } else { 0 } {
            self.data(end).ok_or(SqlFault::CopyData(self.copy_at))?;
        }
        Ok(())
    }

    /// Finds the end of data that begin with the next line.
    fn data(&mut self, from: usize) -> Option<()> {
        let is_first = self.limit == self.bytes.len();
        let end = end_of_copy_data(self.bytes, if is_first { from } else { self.data_end })?;
        if is_first {
            self.limit = from + memchr(b'\n', &self.bytes[from..])?;
        }
        self.data_end = end;
        Some(())
    }

    fn end_statement(&mut self) {
        if self.state.is_copy_from_stdin {
            if self.copies == 0 {
                self.copy_at = self.start.unwrap_or(self.at);
            }
            self.copies += 1;
        }
        self.state = Statement::default();
        self.start = None;
    }
}
