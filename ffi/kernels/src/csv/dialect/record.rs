//! One record, byte by byte.

use std::collections::TryReserveError;

use super::rules::Rules;
use crate::block::{Kind, Span};
use crate::fault::Code;

/// Bytes beyond ASCII that are looked at together.
const RUN_BYTES: usize = 64;

/// What a byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Delimiter,
    Line,
    Return,
    Quote,
    Nul,
    High,
    Escape,
}

/// How a field ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    Line,
}

/// Why a record could not be read to its end.
pub(super) enum Stop {
    /// It has no end in the known bytes.
    Open,
    /// A fault that nothing repairs; it stands in the record.
    Broken,
    OutOfMemory,
}

impl From<TryReserveError> for Stop {
    fn from(_: TryReserveError) -> Self {
        Stop::OutOfMemory
    }
}

/// Takes the texts that are not in the input as they are.
pub(super) struct Texts<'a> {
    pub extra: &'a mut Vec<u8>,
    /// For each text its start in `extra` and in the bytes.
    pub sources: &'a mut Vec<(u32, u32)>,
}

/// A run of unquoted text.
struct Run {
    end: usize,
    has_escape: bool,
    /// Trimming must not reach an escaped byte before this place.
    kept: usize,
    kind: End,
}

/// Reads records; its results stand in its fields.
pub(super) struct RecordScan {
    bare: [Class; 256],
    quoted: [Class; 256],
    rules: Rules,
    /// The record's fields.
    pub spans: Vec<Span>,
    /// Behind the record.
    pub next: usize,
    /// The record is one unquoted field without a byte.
    pub is_blank: bool,
    /// The fault of the record, and its place.
    pub fault: Option<(Code, usize)>,
}

impl RecordScan {
    pub fn new(rules: Rules) -> RecordScan {
        let mut bare = [Class::Plain; 256];
        bare[128..].fill(Class::High);
        bare[0] = Class::Nul;
        let mut quoted = bare;
        bare[usize::from(b'\n')] = Class::Line;
        bare[usize::from(b'\r')] = Class::Return;
        bare[usize::from(rules.delimiter)] = Class::Delimiter;
        if let Some(quote) = rules.quote {
            bare[usize::from(quote)] = Class::Quote;
            quoted[usize::from(quote)] = Class::Quote;
        }
        if let Some(escape) = rules.escape {
            bare[usize::from(escape)] = Class::Escape;
            quoted[usize::from(escape)] = Class::Escape;
        }
        let spans = Vec::new();
        RecordScan { bare, quoted, rules, spans, next: 0, is_blank: false, fault: None }
    }

    /// Reads the record that begins at `start`; `is_end` says that the input ends with `bytes`.
    pub fn read(
        &mut self,
        bytes: &[u8],
        start: usize,
        is_end: bool,
        texts: &mut Texts,
    ) -> Result<(), Stop> {
        self.spans.clear();
        self.fault = None;
        self.is_blank = false;
        self.next = start;
        while self.field(bytes, self.next, is_end, texts)? == End::Delimiter {}
        Ok(())
    }

    fn field(
        &mut self,
        bytes: &[u8],
        start: usize,
        is_end: bool,
        texts: &mut Texts,
    ) -> Result<End, Stop> {
        let first = if self.rules.trim { self.pass_blanks(bytes, start) } else { start };
        if first < bytes.len() && Some(bytes[first]) == self.rules.quote {
            return self.quoted_field(bytes, start, first, is_end, texts);
        }
        let run = self.run(bytes, start, first, is_end)?;
        let mut end = run.end;
        if end - start > self.rules.field_bytes_max {
            return Err(self.too_large(start));
        }
        if self.rules.trim {
            let least = first.max(run.kept);
            while end > least && self.is_blank_byte(bytes[end - 1]) {
                end -= 1;
            }
        }
        let text = &bytes[first..end];
        if text.is_empty() {
            self.is_blank = self.spans.is_empty() && run.kind == End::Line;
            self.push(Span::new(Kind::Null, first, 0))?;
        } else if self.rules.null_tokens.iter().any(|token| token == text) {
            self.push(Span::new(Kind::Null, first, 0))?;
        } else if run.has_escape {
            let place = open_extra(texts, text.len(), first)?;
            unescape(text, self.rules.escape, texts.extra);
            self.push(Span::in_extra(Kind::Bare, place, texts.extra.len() - place))?;
        } else {
            self.push(Span::new(Kind::Bare, first, text.len()))?;
        }
        Ok(run.kind)
    }

    /// Unquoted text up to its end.
    fn run(&mut self, bytes: &[u8], start: usize, from: usize, is_end: bool) -> Result<Run, Stop> {
        let (mut has_escape, mut kept) = (false, from);
        let mut at = from;
        while at < bytes.len() {
            match self.bare[usize::from(bytes[at])] {
                Class::Plain => at += 1,
                Class::Delimiter => {
                    self.next = at + 1;
                    return Ok(Run { end: at, has_escape, kept, kind: End::Delimiter });
                }
                Class::Line => {
                    self.next = at + 1;
                    return Ok(Run { end: at, has_escape, kept, kind: End::Line });
                }
                Class::Return => {
                    self.returned(bytes, start, at, is_end)?;
                    return Ok(Run { end: at, has_escape, kept, kind: End::Line });
                }
                Class::Escape => {
                    let Some(next) = self.escaped(bytes, at, is_end) else {
                        return Err(self.open(start, at));
                    };
                    has_escape |= at + 1 < bytes.len();
                    at = next;
                    kept = at;
                }
                Class::Quote | Class::Nul | Class::High => {
                    at = self.odd(bytes, start, at, is_end)?
                }
            }
        }
        if !is_end {
            return Err(self.open(start, at));
        }
        self.next = at;
        Ok(Run { end: at, has_escape, kept, kind: End::Line })
    }

    /// A carriage return outside quotes; sets what is behind it.
    fn returned(
        &mut self,
        bytes: &[u8],
        start: usize,
        at: usize,
        is_end: bool,
    ) -> Result<(), Stop> {
        let next = at + 1;
        if next == bytes.len() && !is_end {
            return Err(self.open(start, at));
        }
        if bytes.get(next) == Some(&b'\n') {
            self.next = next + 1;
            return Ok(());
        }
        if !self.rules.lenient {
            self.note(start, at, Code::BareCr)?;
        }
        self.next = next;
        Ok(())
    }

    /// The place behind an escape and what it escapes; none if that is cut.
    fn escaped(&self, bytes: &[u8], at: usize, is_end: bool) -> Option<usize> {
        let Some(&next) = bytes.get(at + 1) else {
            return is_end.then_some(at + 1);
        };
        // These are looked at by themselves, escaped or not.
        let is_looked_at = matches!(self.bare[usize::from(next)], Class::Nul | Class::High);
        Some(if is_looked_at { at + 1 } else { at + 2 })
    }

    /// The place behind a quote, a NUL or characters beyond ASCII.
    fn odd(&mut self, bytes: &[u8], start: usize, at: usize, is_end: bool) -> Result<usize, Stop> {
        let class = self.bare[usize::from(bytes[at])];
        if class != Class::High {
            let is_nul = class == Class::Nul;
            let code = if is_nul { Code::NulByte } else { Code::QuoteInBareField };
            self.note(start, at, code)?;
            return Ok(at + 1);
        }
        let run = bytes[at..].iter().take(RUN_BYTES).take_while(|byte| !byte.is_ascii()).count();
        let Err(error) = std::str::from_utf8(&bytes[at..at + run]) else { return Ok(at + run) };
        if error.valid_up_to() > 0 {
            return Ok(at + error.valid_up_to());
        }
        // Whether a sequence is cut is known only where the bytes end with it.
        let is_cut = error.error_len().is_none() && at + run == bytes.len() && !is_end;
        if is_cut {
            return Err(self.open(start, at));
        }
        self.note(start, at, Code::InvalidUtf8)?;
        Ok(at + 1)
    }

    /// The field whose opening quote is at `quote`.
    fn quoted_field(
        &mut self,
        bytes: &[u8],
        start: usize,
        quote: usize,
        is_end: bool,
        texts: &mut Texts,
    ) -> Result<End, Stop> {
        let is_doubled = self.rules.escape.is_none();
        let mut has_escape = false;
        let mut at = quote + 1;
        while at < bytes.len() {
            match self.quoted[usize::from(bytes[at])] {
                Class::Quote => {
                    if !is_doubled || bytes.get(at + 1) != Some(&bytes[quote]) {
                        if at + 1 == bytes.len() && !is_end {
                            return Err(self.open(start, at));
                        }
                        return self.closed(bytes, start, (quote, at), has_escape, is_end, texts);
                    }
                    has_escape = true;
                    at += 2;
                }
                Class::Escape => {
                    let Some(next) = self.escaped(bytes, at, is_end) else {
                        return Err(self.open(start, at));
                    };
                    has_escape |= at + 1 < bytes.len();
                    at = next;
                }
                Class::Nul | Class::High => at = self.odd(bytes, start, at, is_end)?,
                _ => at += 1,
            }
        }
        if !is_end {
            return Err(self.open(start, at));
        }
        if bytes.len() - start > self.rules.field_bytes_max {
            return Err(self.too_large(start));
        }
        self.note(start, quote, Code::UnterminatedQuote)?;
        self.next = bytes.len();
        self.push_quoted(bytes, (quote, bytes.len()), has_escape, texts)?;
        Ok(End::Line)
    }

    /// What follows the second of the two `quotes`.
    fn closed(
        &mut self,
        bytes: &[u8],
        start: usize,
        quotes: (usize, usize),
        has_escape: bool,
        is_end: bool,
        texts: &mut Texts,
    ) -> Result<End, Stop> {
        let end = quotes.1 + 1;
        let at = if self.rules.trim { self.pass_blanks(bytes, end) } else { end };
        let mut kind = End::Line;
        match bytes.get(at).map(|&byte| self.bare[usize::from(byte)]) {
            None if !is_end => return Err(self.open(start, at)),
            None => self.next = at,
            Some(Class::Delimiter) => {
                self.next = at + 1;
                kind = End::Delimiter;
            }
            Some(Class::Line) => self.next = at + 1,
            Some(Class::Return) => self.returned(bytes, start, at, is_end)?,
            Some(found) => {
                if matches!(found, Class::High | Class::Nul) {
                    self.odd(bytes, start, at, is_end)?;
                }
                self.note(start, at, Code::TextAfterQuote)?;
                return self.tail(bytes, start, quotes, has_escape, is_end, texts);
            }
        }
        if at - start > self.rules.field_bytes_max {
            return Err(self.too_large(start));
        }
        self.push_quoted(bytes, quotes, has_escape, texts)?;
        Ok(kind)
    }

    /// Text behind a closing quote.
    fn tail(
        &mut self,
        bytes: &[u8],
        start: usize,
        (quote, close): (usize, usize),
        has_escape: bool,
        is_end: bool,
        texts: &mut Texts,
    ) -> Result<End, Stop> {
        let run = self.run(bytes, start, close + 1, is_end)?;
        if run.end - start > self.rules.field_bytes_max {
            return Err(self.too_large(start));
        }
        let place = open_extra(texts, run.end - quote, quote)?;
        let inner = if has_escape { self.rules.escape.or(self.rules.quote) } else { None };
        unescape(&bytes[quote + 1..close], inner, texts.extra);
        let outer = if run.has_escape { self.rules.escape } else { None };
        unescape(&bytes[close + 1..run.end], outer, texts.extra);
        self.push(Span::in_extra(Kind::Quoted, place, texts.extra.len() - place))?;
        Ok(run.kind)
    }

    fn push_quoted(
        &mut self,
        bytes: &[u8],
        (quote, end): (usize, usize),
        has_escape: bool,
        texts: &mut Texts,
    ) -> Result<(), Stop> {
        let text = &bytes[quote + 1..end];
        if !has_escape {
            return self.push(Span::new(Kind::Quoted, quote + 1, text.len()));
        }
        let place = open_extra(texts, text.len(), quote)?;
        // A doubled quote is a quote that escapes the next one.
        unescape(text, self.rules.escape.or(self.rules.quote), texts.extra);
        self.push(Span::in_extra(Kind::Quoted, place, texts.extra.len() - place))
    }

    fn push(&mut self, span: Span) -> Result<(), Stop> {
        self.spans.try_reserve(1)?;
        self.spans.push(span);
        Ok(())
    }

    fn is_blank_byte(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && byte != self.rules.delimiter
    }

    fn pass_blanks(&self, bytes: &[u8], from: usize) -> usize {
        let blanks = bytes[from..].iter().take_while(|&&byte| self.is_blank_byte(byte));
        from + blanks.count()
    }

    /// The field has no end; its bytes before `at` belong to it surely.
    fn open(&mut self, start: usize, at: usize) -> Stop {
        if at - start > self.rules.field_bytes_max { self.too_large(start) } else { Stop::Open }
    }

    /// Notes a fault; an error if it ends the reading. Of several faults in a row the first one is
    /// reported, unless a later one is why the row is left out.
    fn note(&mut self, start: usize, at: usize, code: Code) -> Result<(), Stop> {
        if at - start > self.rules.field_bytes_max {
            return Err(self.too_large(start));
        }
        let is_ill_formed = code == Code::InvalidUtf8;
        let is_news = match self.fault {
            None => true,
            Some((known, _)) => self.rules.lenient && is_ill_formed && known != Code::InvalidUtf8,
        };
        if is_news {
            self.fault = Some((code, at));
        }
        let goes_on = self.rules.recovers || (self.rules.lenient && !is_ill_formed);
        if goes_on { Ok(()) } else { Err(Stop::Broken) }
    }

    fn too_large(&mut self, start: usize) -> Stop {
        self.fault = Some((Code::FieldTooLarge, start));
        Stop::Broken
    }
}

/// Makes room for a text of at most `length` bytes and notes where it comes from.
fn open_extra(texts: &mut Texts, length: usize, source: usize) -> Result<usize, Stop> {
    texts.extra.try_reserve(length)?;
    texts.sources.try_reserve(1)?;
    texts.sources.push((texts.extra.len() as u32, source as u32));
    Ok(texts.extra.len())
}

/// Appends a text without its escapes; one with nothing behind it is text.
fn unescape(text: &[u8], escape: Option<u8>, out: &mut Vec<u8>) {
    let Some(escape) = escape else {
        out.extend_from_slice(text);
        return;
    };
    let mut rest = text;
    while let Some(at) = memchr::memchr(escape, rest) {
        out.extend_from_slice(&rest[..at]);
        match rest.get(at + 1) {
            Some(&byte) => {
                out.push(byte);
                rest = &rest[at + 2..];
            }
            None => {
                out.push(escape);
                rest = &[];
            }
        }
    }
    out.extend_from_slice(rest);
}
