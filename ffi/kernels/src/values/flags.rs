//! The types a column has seen, as a set of bits, and the type they join to.

use std::borrow::Cow;

use super::{Class, EXACT_MAX, SCALE_MAX};

/// The classes seen in a column. The bits are the same in both engines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// An integer of 32 bits.
    pub const I32: u16 = 1;
    /// An integer that needs more than 32 bits.
    pub const I64: u16 = 2;
    /// An integer beyond ±2^53; always together with `I64`.
    pub const BIG: u16 = 4;
    pub const FLOAT: u16 = 8;
    pub const BOOL: u16 = 16;
    pub const DATE: u16 = 32;
    pub const TS_LOCAL: u16 = 64;
    pub const TS_ZONED: u16 = 128;
    pub const TEXT: u16 = 256;

    const INTEGERS: u16 = Flags::I32 | Flags::I64 | Flags::BIG;
    const NUMBERS: u16 = Flags::INTEGERS | Flags::FLOAT;

    /// Notes one more value.
    #[inline(always)]
    pub fn add(&mut self, class: &Class) {
        self.0 |= match *class {
            Class::Text => Flags::TEXT,
            Class::Bool(_) => Flags::BOOL,
            Class::Int(value) => integer_bits(value),
            Class::Float(_) => Flags::FLOAT,
            Class::Date(_) => Flags::DATE,
            Class::Timestamp { zoned: false, .. } => Flags::TS_LOCAL,
            Class::Timestamp { zoned: true, .. } => Flags::TS_ZONED,
        };
    }

    /// Adds what another part of the column has seen.
    #[inline(always)]
    pub fn join(&mut self, other: Flags) {
        self.0 |= other.0;
    }

    /// True if nothing outside `bits` was seen.
    #[inline(always)]
    pub fn within(self, bits: u16) -> bool {
        self.0 & !bits == 0
    }
}

#[inline(always)]
fn integer_bits(value: i64) -> u16 {
    if i32::try_from(value).is_ok() {
        Flags::I32
    } else if value.unsigned_abs() <= EXACT_MAX as u64 {
        Flags::I64
    } else {
        Flags::I64 | Flags::BIG
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    I32,
    I64,
    F64,
    Date,
    Timestamp {
        zoned: bool,
    },
    Utf8,
    /// Units of 10^-scale; declared only.
    Decimal {
        scale: u8,
    },
    /// Milliseconds; declared only.
    Duration,
}

impl Type {
    /// True for types whose text is a number.
    pub fn is_number(self) -> bool {
        matches!(self, Type::I32 | Type::I64 | Type::F64 | Type::Decimal { .. })
    }

    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F64 => "f64",
            Type::Date => "date",
            Type::Timestamp { .. } => "timestamp",
            Type::Utf8 => "utf8",
            Type::Decimal { .. } => "decimal",
            Type::Duration => "duration",
        }
    }

    /// The name by which a caller declares it.
    pub fn declared_name(self) -> Cow<'static, str> {
        match self {
            Type::Timestamp { zoned: true } => "timestamp_utc".into(),
            Type::Decimal { scale } => format!("decimal({scale})").into(),
            other => other.name().into(),
        }
    }

    /// The type of a name by which a caller declares it.
    pub fn declared(name: &str) -> Option<Type> {
        Some(match name {
            "bool" => Type::Bool,
            "i32" => Type::I32,
            "i64" => Type::I64,
            "f64" => Type::F64,
            "date" => Type::Date,
            "timestamp" => Type::Timestamp { zoned: false },
            "timestamp_utc" => Type::Timestamp { zoned: true },
            "utf8" => Type::Utf8,
            "duration" => Type::Duration,
            _ => {
                let scale = name.strip_prefix("decimal(")?.strip_suffix(')')?.parse().ok()?;
                let kind = Type::Decimal { scale };
                // One spelling alone: no sign, no leading zero.
                (scale <= SCALE_MAX && kind.declared_name() == name).then_some(kind)?
            }
        })
    }
}

/// The join of all classes seen (semantics 2): any mix without a common type is utf8.
pub fn type_of(flags: Flags) -> Type {
    if flags.0 == 0 {
        Type::Utf8
    } else if flags.within(Flags::BOOL) {
        Type::Bool
    } else if flags.within(Flags::INTEGERS) {
        if flags.0 & Flags::I64 != 0 { Type::I64 } else { Type::I32 }
    } else if flags.within(Flags::NUMBERS) {
        // Beyond 2^53 an f64 would round an integer silently.
        if flags.0 & Flags::BIG != 0 { Type::Utf8 } else { Type::F64 }
    } else if flags.within(Flags::DATE) {
        Type::Date
    } else if flags.within(Flags::DATE | Flags::TS_LOCAL) {
        Type::Timestamp { zoned: false }
    } else if flags.within(Flags::TS_ZONED) {
        Type::Timestamp { zoned: true }
    } else {
        Type::Utf8
    }
}

#[cfg(test)]
mod tests {
    use super::super::classify;
    use super::*;

    fn joined(texts: &[&str]) -> Type {
        let mut flags = Flags::default();
        for text in texts {
            flags.add(&classify(text.as_bytes()));
        }
        type_of(flags)
    }

    #[test]
    fn declared_takes_each_name_and_a_scale_up_to_eighteen() {
        for name in ["bool", "i64", "timestamp", "timestamp_utc", "duration", "decimal(0)"] {
            assert_eq!(Type::declared(name).unwrap().declared_name(), name);
        }
        assert_eq!(Type::declared("decimal(18)"), Some(Type::Decimal { scale: 18 }));
        for name in ["", "decimal", "decimal()", "decimal(19)", "decimal(-1)", "decimal(+1)"] {
            assert_eq!(Type::declared(name), None, "{name}");
        }
        for name in ["decimal(02)", "decimal(2", "decimal(256)", "Decimal(2)", "decimal( 2)"] {
            assert_eq!(Type::declared(name), None, "{name}");
        }
    }

    #[test]
    fn type_of_joins_integers_to_the_smallest_type_that_holds_all() {
        assert_eq!(joined(&["1", "-2147483648", "2147483647"]), Type::I32);
        assert_eq!(joined(&["1", "2147483648"]), Type::I64);
        assert_eq!(joined(&["9223372036854775807", "-9223372036854775808"]), Type::I64);
        assert_eq!(joined(&["9223372036854775808"]), Type::Utf8);
    }

    #[test]
    fn type_of_never_rounds_an_integer_into_a_float() {
        assert_eq!(joined(&["1.5", "9007199254740992", "-9007199254740992"]), Type::F64);
        assert_eq!(joined(&["1.5", "9007199254740993"]), Type::Utf8);
        assert_eq!(joined(&["1.5", "-9007199254740993"]), Type::Utf8);
        assert_eq!(joined(&["1", "-0"]), Type::F64);
    }

    #[test]
    fn type_of_joins_dates_with_local_timestamps_only() {
        assert_eq!(joined(&["2024-01-01"]), Type::Date);
        assert_eq!(joined(&["2024-01-01", "2024-01-01T10:00"]), Type::Timestamp { zoned: false });
        assert_eq!(joined(&["2024-01-01T10:00Z"]), Type::Timestamp { zoned: true });
        assert_eq!(joined(&["2024-01-01", "2024-01-01T10:00Z"]), Type::Utf8);
        assert_eq!(joined(&["2024-01-01T10:00", "2024-01-01T10:00Z"]), Type::Utf8);
    }

    #[test]
    fn type_of_makes_any_other_mix_utf8_and_nothing_utf8() {
        assert_eq!(joined(&[]), Type::Utf8);
        assert_eq!(joined(&["true", "FALSE"]), Type::Bool);
        assert_eq!(joined(&["true", "1"]), Type::Utf8);
        assert_eq!(joined(&["1", "2024-01-01"]), Type::Utf8);
        assert_eq!(joined(&["1", "x"]), Type::Utf8);
    }
}
