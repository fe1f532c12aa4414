//! Whether rows of a block meet a condition: the fields' bytes are looked at where they stand, no
//! value is made.

use std::cmp::Ordering;

use crate::block::{Block, Kind, Span};
use crate::config::Config;
use crate::fault::Error;
use crate::values::{Class, MICROS_PER_DAY, classify, parse_large_f64};

use super::numbers::NumberStyle;

/// How a field stands to the literal, a bit each.
const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
/// One of them is NaN.
const UNORDERED: u8 = 8;

/// What a field is compared with.
#[derive(Clone, Debug)]
enum Literal {
    Integer(i64),
    Float(f64),
    Bool(bool),
    /// Microseconds, of times with a zone or of others.
    Time {
        micros: i64,
        zoned: bool,
    },
    Text(Vec<u8>),
}

#[derive(Clone, Debug)]
enum Test {
    IsNull,
    IsNotNull,
    /// The outcomes with which it holds.
    Order(Literal, u8),
    Contains(Vec<u8>),
    StartsWith(Vec<u8>),
    EndsWith(Vec<u8>),
}

/// One condition.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub column: String,
    test: Test,
}

impl Condition {
    /// The conditions of a reader's config, all of which must hold: `column\0op\0kind\0value\0`,
    /// joined.
    pub fn all_of(config: &Config) -> Result<Vec<Condition>, Error> {
        let text = config.text("where", "")?;
        let mut parts = text.split_terminator('\0');
        let mut conditions = Vec::new();
        while let Some(column) = parts.next() {
            let (Some(op), Some(kind), Some(value)) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(Error::BadArgument("where is cut short"));
            };
            let test = test(op, kind, value)?;
            conditions.push(Condition { column: column.to_owned(), test });
        }
        Ok(conditions)
    }

    /// Keeps, of `rows`, those that meet the condition. `column` is `None` where no row has it.
    pub fn keep(
        &self,
        block: &Block,
        column: Option<usize>,
        numbers: Option<NumberStyle>,
        rows: &mut Vec<u32>,
    ) {
        let Some(spans) = column.and_then(|column| block.columns.get(column)) else {
            if !matches!(self.test, Test::IsNull) {
                rows.clear();
            }
            return;
        };
        let is_number =
            matches!(self.test, Test::Order(Literal::Integer(_) | Literal::Float(_), _));
        match numbers.filter(|_| is_number) {
            Some(style) => {
                let (view, spans) = style.view(block, &spans[..block.rows]);
                rows.retain(|&row| self.is_met(&view, spans[row as usize]));
            }
            None => rows.retain(|&row| self.is_met(block, spans[row as usize])),
        }
    }

    #[inline(always)]
    fn is_met(&self, block: &Block, span: Span) -> bool {
        let kind = span.kind();
        if kind == Kind::Null {
            return matches!(self.test, Test::IsNull);
        }
        let text = block.text(span);
        match &self.test {
            Test::IsNull => false,
            Test::IsNotNull => true,
            Test::Order(literal, holds) => literal.order(kind, text) & holds != 0,
            Test::Contains(other) => memchr::memmem::find(text, other).is_some(),
            Test::StartsWith(other) => text.starts_with(other),
            Test::EndsWith(other) => text.ends_with(other),
        }
    }
}

impl Literal {
    /// How a field stands to the literal; 0 where it is of another kind.
    #[inline(always)]
    fn order(&self, kind: Kind, text: &[u8]) -> u8 {
        let is_csv = matches!(kind, Kind::Bare | Kind::Quoted);
        match *self {
            Literal::Text(ref other) => bit(text.cmp(other.as_slice())),
            Literal::Integer(other) if is_csv || kind == Kind::Number => match classify(text) {
                Class::Int(value) => bit(value.cmp(&other)),
                Class::Float(value) => partial(integer_to_float(other, value).map(|o| o.reverse())),
                Class::Text => parse_large_f64(text).map_or(0, |value| {
                    partial(integer_to_float(other, value).map(|o| o.reverse()))
                }),
                _ => 0,
            },
            Literal::Float(other) if is_csv || kind == Kind::Number => match classify(text) {
                Class::Int(value) => partial(integer_to_float(value, other)),
                Class::Float(value) => partial(value.partial_cmp(&other)),
                Class::Text => {
                    parse_large_f64(text).map_or(0, |value| partial(value.partial_cmp(&other)))
                }
                _ => 0,
            },
            Literal::Bool(other) if is_csv || kind == Kind::Literal => match classify(text) {
                Class::Bool(value) => bit(value.cmp(&other)),
                _ => 0,
            },
            Literal::Time { micros, zoned } if is_csv || kind == Kind::String => {
                match classify(text) {
                    Class::Date(days) if !zoned => {
                        bit((i64::from(days) * MICROS_PER_DAY).cmp(&micros))
                    }
                    Class::Timestamp { micros: value, zoned: has_zone } if has_zone == zoned => {
                        bit(value.cmp(&micros))
                    }
                    _ => 0,
                }
            }
            _ => 0,
        }
    }
}

fn bit(order: Ordering) -> u8 {
    match order {
        Ordering::Less => LESS,
        Ordering::Equal => EQUAL,
        Ordering::Greater => GREATER,
    }
}

fn partial(order: Option<Ordering>) -> u8 {
    order.map_or(UNORDERED, bit)
}

/// How an integer stands to a float, exactly.
fn integer_to_float(value: i64, other: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if other.is_nan() {
        return None;
    }
    if other >= LIMIT {
        return Some(Ordering::Less);
    }
    if other < -LIMIT {
        return Some(Ordering::Greater);
    }
    let whole = other.trunc();
    let rest = 0.0_f64.partial_cmp(&(other - whole));
    Some(value.cmp(&(whole as i64)).then(rest.unwrap_or(Ordering::Equal)))
}

fn test(op: &str, kind: &str, value: &str) -> Result<Test, Error> {
    let text = || value.as_bytes().to_vec();
    let holds = match op {
        "is null" => return Ok(Test::IsNull),
        "is not null" => return Ok(Test::IsNotNull),
        "contains" => return Ok(Test::Contains(text())),
        "starts-with" => return Ok(Test::StartsWith(text())),
        "ends-with" => return Ok(Test::EndsWith(text())),
        "=" => EQUAL,
        "!=" => LESS | GREATER | UNORDERED,
        "<" => LESS,
        "<=" => LESS | EQUAL,
        ">" => GREATER,
        ">=" => GREATER | EQUAL,
        _ => return Err(Error::BadArgument("where has an unknown operator")),
    };
    let no_value = Error::BadArgument("where has a value that is none");
    let integer = || value.parse::<i64>().map_err(|_| no_value.clone());
    let literal = match kind {
        "integer" => Literal::Integer(integer()?),
        "float" => Literal::Float(value.parse().map_err(|_| no_value)?),
        "bool" => Literal::Bool(value == "true"),
        "local" => Literal::Time { micros: integer()?, zoned: false },
        "utc" => Literal::Time { micros: integer()?, zoned: true },
        "text" => Literal::Text(text()),
        _ => return Err(Error::BadArgument("where has a value of an unknown kind")),
    };
    Ok(Test::Order(literal, holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_met(op: &str, kind: &str, value: &str, text: &str) -> bool {
        let condition = Condition { column: "a".to_owned(), test: test(op, kind, value).unwrap() };
        let block = Block { bytes: text.as_bytes().to_vec(), ..Block::default() };
        let kind = if text.is_empty() { Kind::Null } else { Kind::Bare };
        condition.is_met(&block, Span::new(kind, 0, text.len()))
    }

    #[test]
    fn integers_and_floats_are_compared_exactly() {
        for (text, op, kind, value, expected) in [
            ("9007199254740993", ">", "float", "9007199254740992", true),
            ("9007199254740993", "=", "float", "9007199254740992", false),
            ("9007199254740992", "=", "float", "9007199254740992", true),
            ("9223372036854775807", "<", "float", "9223372036854775808", true),
            ("-9223372036854775808", "=", "float", "-9223372036854775808", true),
            ("2", "<", "float", "2.5", true),
            ("-2", ">", "float", "-2.5", true),
            ("-3", "<", "float", "-2.5", true),
            ("2.5", ">", "integer", "2", true),
            ("-0", "=", "integer", "0", true),
            ("1e20", ">", "integer", "9223372036854775807", true),
            ("100000000000000000000", ">", "integer", "5", true),
            ("99999999999999999999", ">", "integer", "5", false),
            ("nan", "=", "float", "NaN", false),
            ("nan", "!=", "integer", "5", true),
            ("nan", "<=", "integer", "5", false),
            ("inf", ">", "integer", "5", true),
            ("x", "!=", "integer", "5", false),
            ("05", "=", "integer", "5", false),
            ("", "!=", "integer", "5", false),
            ("", "is null", "none", "", true),
            ("TRUE", "=", "bool", "true", true),
            ("2024-01-01", "=", "local", "1704067200000000", true),
            ("2024-01-01 00:00:01", ">", "local", "1704067200000000", true),
            ("2024-01-01T00:00Z", "=", "local", "1704067200000000", false),
            ("2024-01-01T01:00+01:00", "=", "utc", "1704067200000000", true),
            ("é", ">", "text", "z", true),
            ("ab", ">", "text", "a", true),
            ("cab", "contains", "text", "a", true),
        ] {
            assert_eq!(is_met(op, kind, value, text), expected, "{text} {op} {value}");
        }
    }

    #[test]
    fn broken_configs_are_refused() {
        for text in ["a", "a\0=\0", "a\0~\0text\0x\0", "a\0=\0integer\0x\0", "a\0=\0odd\0x\0"] {
            let mut bytes = b"\x05where".to_vec();
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
            assert!(Condition::all_of(&Config::parse(&bytes).unwrap()).is_err(), "{text}");
        }
    }
}
