//! What can go wrong in a kernel. A [`Fault`] is the user's input being wrong, with its position;
//! the text of the message is made in TypeScript alone, so that both engines say the same.

use crate::json_text;

/// One cause each; the names are part of the public interface (`error.code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    RaggedRow,
    TextAfterQuote,
    QuoteInBareField,
    UnterminatedQuote,
    InvalidUtf8,
    NulByte,
    BareCr,
    FieldTooLarge,
    TypeMismatch,
    InvalidJson,
    NotAnObject,
    IntegerTooLarge,
    NumberTooLarge,
    LoneSurrogate,
    DepthExceeded,
    DuplicateKey,
    NewColumn,
    BlankLine,
    TooManyErrors,
    /// A condition's column is not in the header: the caller's error, not the input's.
    UnknownColumn,
}

impl Code {
    /// The public name, as in `error.code`.
    pub fn name(self) -> &'static str {
        match self {
            Code::RaggedRow => "RAGGED_ROW",
            Code::TextAfterQuote => "TEXT_AFTER_QUOTE",
            Code::QuoteInBareField => "QUOTE_IN_BARE_FIELD",
            Code::UnterminatedQuote => "UNTERMINATED_QUOTE",
            Code::InvalidUtf8 => "INVALID_UTF8",
            Code::NulByte => "NUL_BYTE",
            Code::BareCr => "BARE_CR",
            Code::FieldTooLarge => "FIELD_TOO_LARGE",
            Code::TypeMismatch => "TYPE_MISMATCH",
            Code::InvalidJson => "INVALID_JSON",
            Code::NotAnObject => "NOT_AN_OBJECT",
            Code::IntegerTooLarge => "INTEGER_TOO_LARGE",
            Code::NumberTooLarge => "NUMBER_TOO_LARGE",
            Code::LoneSurrogate => "LONE_SURROGATE",
            Code::DepthExceeded => "DEPTH_EXCEEDED",
            Code::DuplicateKey => "DUPLICATE_KEY",
            Code::NewColumn => "NEW_COLUMN",
            Code::BlankLine => "BLANK_LINE",
            Code::TooManyErrors => "TOO_MANY_ERRORS",
            Code::UnknownColumn => "UNKNOWN_COLUMN",
        }
    }
}

/// A fault of the input. `line` and `column` count from 1, `byte_offset` from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    pub line: u64,
    pub column: u64,
    pub byte_offset: u64,
    /// What the message needs, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Fault {
    /// The fault that ends the reading, because this one is one error row too many.
    pub fn too_many(self, limit: u64) -> Fault {
        Fault { code: Code::TooManyErrors, args: vec![("limit", limit.to_string())], ..self }
    }

    /// The fault as a JSON object: code, position and args (all args are strings).
    pub fn to_json(&self) -> String {
        let mut out = format!(
            "{{\"code\":\"{}\",\"line\":{},\"column\":{},\"byteOffset\":{},\"args\":{{",
            self.code.name(),
            self.line,
            self.column,
            self.byte_offset
        );
        for (index, (name, value)) in self.args.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            json_text::push_string(&mut out, name);
            out.push(':');
            json_text::push_string(&mut out, value);
        }
        out.push_str("}}");
        out
    }
}

/// Why a kernel stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input breaks a rule of its format.
    Fault(Fault),
    /// The caller's control said stop.
    Cancelled,
    /// The operating system refused; its own words.
    Io(String),
    /// A buffer whose size the input decides could not be reserved.
    OutOfMemory,
    /// The caller broke the contract of the function.
    BadArgument(&'static str),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Fault(fault)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Error::Io(error.to_string())
    }
}

impl From<std::collections::TryReserveError> for Error {
    fn from(_: std::collections::TryReserveError) -> Self {
        Error::OutOfMemory
    }
}
