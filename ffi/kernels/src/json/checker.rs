//! The grammar of RFC 8259 over chunks of any size: one state between two bytes, brackets on a
//! list, nothing kept of the text. White space between tokens can be left out on the way.

use super::token::{Wide, digits_end, is_blank, plain_end, wide};
use super::{Rules, reason};
use crate::fault::{Code, Error, Fault};

/// Takes the text of an input without the white space between its tokens.
pub trait Sink {
    /// Takes the next piece.
    ///
    /// # Errors
    /// No memory is left for it.
    fn text(&mut self, bytes: &[u8]) -> Result<(), Error>;
}

/// Nobody wants the text.
pub struct Nowhere;

impl Sink for Nowhere {
    #[inline(always)]
    fn text(&mut self, _bytes: &[u8]) -> Result<(), Error> {
        Ok(())
    }
}

impl Sink for Vec<u8> {
    fn text(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.try_reserve(bytes.len())?;
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first byte of the input, or so many bytes of a byte order mark.
    Begin(usize),
    Value,
    /// A value or the end of the array.
    FirstItem,
    /// A key or the end of the object.
    FirstKey,
    Key,
    Colon,
    /// A comma, a closing bracket, or the end of the document.
    After,
    Text,
    Escape,
    /// So many hexadecimal digits are missing.
    Hex(u8),
    /// The backslash of a low surrogate, then its `u`.
    LowSlash,
    LowU,
    /// So many bytes of a character beyond ASCII are there.
    Wide(usize),
    Minus,
    Zero,
    Whole,
    Dot,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// So many bytes of the word are there.
    Literal(&'static [u8], usize),
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Checks an input that comes in chunks.
pub struct Checker {
    rules: Rules,
    state: State,
    /// 1 for each open object, 0 for each open array.
    brackets: Vec<u8>,
    is_key: bool,
    /// The value of the escape that is being read.
    unit: u32,
    /// A high surrogate waits for its partner.
    is_high: bool,
    /// Where the escape of a surrogate, or a character cut by a chunk's end, begins.
    token_at: u64,
    cut: [u8; 4],
    /// Bytes before the chunk.
    offset: u64,
    line: u64,
    line_start: u64,
}

impl Checker {
    pub fn new(rules: Rules) -> Checker {
        Checker {
            rules,
            state: State::Begin(0),
            brackets: Vec::new(),
            is_key: false,
            unit: 0,
            is_high: false,
            token_at: 0,
            cut: [0; 4],
            offset: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// Checks one value, before which no byte order mark can stand.
    pub fn of_value(rules: Rules) -> Checker {
        Checker { state: State::Value, ..Checker::new(rules) }
    }

    /// Takes a chunk; `sink` gets its text up to a fault.
    pub fn push<S: Sink>(&mut self, b: &[u8], sink: &mut S) -> Result<(), Error> {
        let mut kept = 0;
        let outcome = self.run(b, &mut kept, sink);
        let end = match &outcome {
            Ok(()) => b.len(),
            Err(Error::Fault(fault)) => {
                b.len().min(fault.byte_offset.saturating_sub(self.offset) as usize)
            }
            Err(_) => kept,
        };
        sink.text(&b[kept.min(end)..end])?;
        self.offset += b.len() as u64;
        outcome
    }

    /// Nothing follows.
    pub fn finish(&mut self) -> Result<(), Error> {
        let is_outside = self.brackets.is_empty();
        let why = match self.state {
            State::After | State::Zero | State::Whole | State::Fraction | State::ExponentDigits
                if is_outside =>
            {
                return Ok(());
            }
            State::Begin(0) | State::Value if is_outside && self.rules.lines => return Ok(()),
            State::Begin(1..) => return Err(self.fault_at(0, Code::InvalidJson, reason::VALUE)),
            State::Wide(_) => return Err(self.bad_utf8(self.token_at)),
            State::Text | State::Escape | State::Hex(_) | State::LowU => reason::STRING_END,
            State::LowSlash => return Err(self.lone(self.token_at)),
            State::Literal(..) => reason::LITERAL,
            State::Minus | State::Dot | State::Exponent | State::ExponentSign => reason::NUMBER,
            _ => reason::INPUT_END,
        };
        Err(self.fault_at(self.offset, Code::InvalidJson, why))
    }

    fn run<S: Sink>(&mut self, b: &[u8], kept: &mut usize, sink: &mut S) -> Result<(), Error> {
        let mut at = 0;
        while at < b.len() {
            at = match self.state {
                State::Text => self.text(b, at)?,
                State::Value
                | State::FirstItem
                | State::FirstKey
                | State::Key
                | State::Colon
                | State::After => {
                    if is_blank(b[at]) {
                        sink.text(&b[*kept..at])?;
                        // Nothing is kept where the white space itself is wrong.
                        *kept = b.len();
                        let (from, to) = self.blank(b, at)?;
                        *kept = from;
                        to
                    } else {
                        self.between(b, at)?
                    }
                }
                State::Begin(seen) => {
                    let next = self.begin(b, at, seen)?;
                    *kept = next;
                    next
                }
                _ => self.inside(b, at)?,
            };
        }
        Ok(())
    }

    /// A byte order mark, or none.
    fn begin(&mut self, b: &[u8], at: usize, seen: usize) -> Result<usize, Error> {
        if b[at] == BOM[seen] {
            self.state = if seen == 2 { State::Value } else { State::Begin(seen + 1) };
            return Ok(at + 1);
        }
        if seen > 0 {
            return Err(self.fault_at(0, Code::InvalidJson, reason::VALUE));
        }
        self.state = State::Value;
        Ok(at)
    }

    /// Passes white space; gives the first byte to keep and the first to read.
    fn blank(&mut self, b: &[u8], mut at: usize) -> Result<(usize, usize), Error> {
        while at < b.len() && is_blank(b[at]) {
            if b[at] == b'\n' {
                if self.rules.lines {
                    let is_blank_line = self.state == State::Value;
                    if !self.brackets.is_empty() || !(is_blank_line || self.state == State::After) {
                        return Err(self.fault(at, reason::LINE_END));
                    }
                    self.next_line(at);
                    self.state = State::Value;
                    return Ok((if is_blank_line { at + 1 } else { at }, at + 1));
                }
                self.next_line(at);
            }
            at += 1;
        }
        Ok((at, at))
    }

    fn next_line(&mut self, at: usize) {
        self.line += 1;
        self.line_start = self.offset + at as u64 + 1;
    }

    /// A byte between tokens that is no white space.
    #[inline(always)]
    fn between(&mut self, b: &[u8], at: usize) -> Result<usize, Error> {
        let byte = b[at];
        match self.state {
            State::After => return self.after(byte, at),
            State::Colon => {
                if byte != b':' {
                    return Err(self.fault(at, reason::COLON));
                }
                self.state = State::Value;
                return Ok(at + 1);
            }
            State::FirstKey | State::Key => {
                if byte == b'"' {
                    self.is_key = true;
                    self.state = State::Text;
                } else if byte == b'}' && self.state == State::FirstKey {
                    self.close();
                } else {
                    return Err(self.fault(at, reason::KEY));
                }
                return Ok(at + 1);
            }
            _ => {}
        }
        self.state = match byte {
            b'"' => {
                self.is_key = false;
                State::Text
            }
            b'{' | b'[' => return self.open(byte, at),
            b']' if self.state == State::FirstItem => {
                self.close();
                return Ok(at + 1);
            }
            b'-' => State::Minus,
            b'0' => State::Zero,
            b'1'..=b'9' => {
                let end = digits_end(b, at + 1);
                self.state = State::Whole;
                return Ok(end);
            }
            b't' => State::Literal(b"true", 1),
            b'f' => State::Literal(b"false", 1),
            b'n' => State::Literal(b"null", 1),
            _ => return Err(self.fault(at, reason::VALUE)),
        };
        Ok(at + 1)
    }

    fn open(&mut self, byte: u8, at: usize) -> Result<usize, Error> {
        if self.brackets.len() >= self.rules.max_depth {
            return Err(self.too_deep(at));
        }
        self.brackets.try_reserve(1)?;
        let is_object = byte == b'{';
        self.brackets.push(u8::from(is_object));
        self.state = if is_object { State::FirstKey } else { State::FirstItem };
        Ok(at + 1)
    }

    fn close(&mut self) {
        self.brackets.pop();
        self.state = State::After;
    }

    #[inline(always)]
    fn after(&mut self, byte: u8, at: usize) -> Result<usize, Error> {
        let Some(&kind) = self.brackets.last() else {
            return Err(self.fault(at, reason::TRAILING));
        };
        let is_object = kind == 1;
        if byte == b',' {
            self.state = if is_object { State::Key } else { State::Value };
        } else if byte == if is_object { b'}' } else { b']' } {
            self.close();
        } else {
            let why = if is_object { reason::MEMBER_END } else { reason::ITEM_END };
            return Err(self.fault(at, why));
        }
        Ok(at + 1)
    }

    /// The text of a string up to its end or the first byte that is not plain.
    #[inline(always)]
    fn text(&mut self, b: &[u8], at: usize) -> Result<usize, Error> {
        let at = plain_end(b, at);
        let Some(&byte) = b.get(at) else {
            return Ok(at);
        };
        match byte {
            b'"' => {
                self.state = if self.is_key { State::Colon } else { State::After };
                Ok(at + 1)
            }
            b'\\' => {
                self.token_at = self.offset + at as u64;
                self.state = State::Escape;
                Ok(at + 1)
            }
            0x80.. => match wide(&b[at..]) {
                Wide::Whole(length) => Ok(at + length),
                Wide::Bad => Err(self.bad_utf8(self.offset + at as u64)),
                Wide::Cut => {
                    let rest = &b[at..];
                    self.token_at = self.offset + at as u64;
                    self.cut[..rest.len()].copy_from_slice(rest);
                    self.state = State::Wide(rest.len());
                    Ok(b.len())
                }
            },
            b'\n' if self.rules.lines => Err(self.fault(at, reason::STRING_END)),
            _ => Err(self.fault(at, reason::CONTROL)),
        }
    }

    /// A byte inside of an escape, a number or a word.
    fn inside(&mut self, b: &[u8], at: usize) -> Result<usize, Error> {
        let byte = b[at];
        match self.state {
            State::Escape => {
                self.state = match byte {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => State::Text,
                    b'u' => State::Hex(4),
                    _ => return Err(self.bad_escape(byte, at)),
                };
                self.unit = 0;
                self.is_high = false;
            }
            State::Hex(missing) => {
                let Some(digit) = (byte as char).to_digit(16) else {
                    return Err(self.bad_escape(byte, at));
                };
                self.unit = self.unit << 4 | digit;
                self.state = State::Hex(missing - 1);
                if missing == 1 {
                    self.unit_end()?;
                }
            }
            State::LowSlash if byte == b'\\' => self.state = State::LowU,
            State::LowU if byte == b'u' => {
                self.unit = 0;
                self.state = State::Hex(4);
            }
            State::LowSlash | State::LowU => return Err(self.lone(self.token_at)),
            State::Wide(length) => {
                self.cut[length] = byte;
                self.state = match wide(&self.cut[..=length]) {
                    Wide::Whole(_) => State::Text,
                    Wide::Cut => State::Wide(length + 1),
                    Wide::Bad => return Err(self.bad_utf8(self.token_at)),
                };
            }
            State::Literal(word, seen) => {
                if byte != word[seen] {
                    return Err(self.fault(at, reason::LITERAL));
                }
                let is_whole = seen + 1 == word.len();
                self.state = if is_whole { State::After } else { State::Literal(word, seen + 1) };
            }
            _ => return self.number(b, at),
        }
        Ok(at + 1)
    }

    /// Four digits of an escape are there.
    fn unit_end(&mut self) -> Result<(), Error> {
        let is_low = (0xdc00..=0xdfff).contains(&self.unit);
        let is_high = (0xd800..=0xdbff).contains(&self.unit);
        self.state = State::Text;
        if self.rules.lone_surrogates {
            return Ok(());
        }
        if self.is_high != is_low {
            return Err(self.lone(self.token_at));
        }
        if is_high {
            self.is_high = true;
            self.state = State::LowSlash;
        }
        Ok(())
    }

    fn number(&mut self, b: &[u8], at: usize) -> Result<usize, Error> {
        let byte = b[at];
        let is_digit = byte.is_ascii_digit();
        self.state = match self.state {
            State::Minus if byte == b'0' => State::Zero,
            State::Minus if is_digit => State::Whole,
            State::Zero if is_digit => return Err(self.fault(at, reason::NUMBER)),
            State::Zero | State::Whole if byte == b'.' => State::Dot,
            State::Zero | State::Whole | State::Fraction if byte | 0x20 == b'e' => State::Exponent,
            State::Whole if is_digit => State::Whole,
            State::Dot | State::Fraction if is_digit => State::Fraction,
            State::Exponent if byte == b'+' || byte == b'-' => State::ExponentSign,
            State::Exponent | State::ExponentSign | State::ExponentDigits if is_digit => {
                State::ExponentDigits
            }
            // The number is whole: this byte is not its own.
            State::Zero | State::Whole | State::Fraction | State::ExponentDigits => {
                self.state = State::After;
                return Ok(at);
            }
            _ => return Err(self.fault(at, reason::NUMBER)),
        };
        Ok(if is_digit && self.state != State::Zero { digits_end(b, at + 1) } else { at + 1 })
    }

    #[cold]
    fn fault(&self, at: usize, why: &'static str) -> Error {
        self.fault_at(self.offset + at as u64, Code::InvalidJson, why)
    }

    #[cold]
    fn bad_escape(&self, byte: u8, at: usize) -> Error {
        let is_end = byte == b'\n' && self.rules.lines;
        self.fault(at, if is_end { reason::STRING_END } else { reason::ESCAPE })
    }

    #[cold]
    fn too_deep(&self, at: usize) -> Error {
        let mut error = self.fault(at, "");
        if let Error::Fault(fault) = &mut error {
            fault.code = Code::DepthExceeded;
            fault.args = vec![("limit", self.rules.max_depth.to_string())];
        }
        error
    }

    #[cold]
    fn bad_utf8(&self, at: u64) -> Error {
        self.fault_at(at, Code::InvalidUtf8, "")
    }

    #[cold]
    fn lone(&self, at: u64) -> Error {
        self.fault_at(at, Code::LoneSurrogate, "")
    }

    #[cold]
    fn fault_at(&self, byte_offset: u64, code: Code, why: &'static str) -> Error {
        let args =
            if code == Code::InvalidJson { vec![("reason", why.to_owned())] } else { vec![] };
        let column = byte_offset - self.line_start + 1;
        Error::Fault(Fault { code, line: self.line, column, byte_offset, args })
    }
}
