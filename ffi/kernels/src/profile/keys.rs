//! Order keys: values of one type as u64 that compare as the values do, so that sorting, merging
//! and the sketch of quantiles are written once for integers, floats and times.

use crate::values::{Class, MICROS_PER_DAY, Type};

use super::figures::Value;

const SIGN: u64 = 1 << 63;

/// What the keys of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    Int,
    Float,
    /// Dates, as days.
    Days,
    /// Dates and timestamps, as microseconds.
    Micros,
}

/// The key of an integer.
#[inline(always)]
pub fn of_int(value: i64) -> u64 {
    value as u64 ^ SIGN
}

/// The integer of a key.
#[inline(always)]
pub fn to_int(key: u64) -> i64 {
    (key ^ SIGN) as i64
}

/// The key of the bits of a float; -0 lies right below +0.
#[inline(always)]
pub fn of_float_bits(bits: u64) -> u64 {
    bits ^ (((bits as i64 >> 63) as u64) | SIGN)
}

/// The bits of the float of a key.
#[inline(always)]
pub fn to_float_bits(key: u64) -> u64 {
    key ^ (((!key as i64 >> 63) as u64) | SIGN)
}

/// The key of a float that is not NaN; -0 has the key of +0.
#[inline(always)]
pub fn of_float(value: f64) -> u64 {
    of_float_bits((value + 0.0).to_bits())
}

/// The float of a key.
#[inline(always)]
pub fn to_float(key: u64) -> f64 {
    f64::from_bits(to_float_bits(key))
}

impl Domain {
    /// The domain of a column of this type; bool and utf8 have none.
    pub fn of(ty: Type) -> Option<Domain> {
        match ty {
            Type::I32 | Type::I64 => Some(Domain::Int),
            Type::F64 => Some(Domain::Float),
            Type::Date => Some(Domain::Days),
            Type::Timestamp { .. } => Some(Domain::Micros),
            // The last two are never found, only declared.
            Type::Bool | Type::Utf8 | Type::Decimal { .. } | Type::Duration => None,
        }
    }

    /// The key of a value whose class belongs to the domain; None for NaN and strangers.
    pub fn key(self, class: &Class) -> Option<u64> {
        match (self, *class) {
            (Domain::Int, Class::Int(value)) => Some(of_int(value)),
            (Domain::Float, Class::Int(value)) => Some(of_float(value as f64)),
            (Domain::Float, Class::Float(value)) if !value.is_nan() => Some(of_float(value)),
            (Domain::Days, Class::Date(days)) => Some(of_int(i64::from(days))),
            (Domain::Micros, Class::Date(days)) => Some(of_int(i64::from(days) * MICROS_PER_DAY)),
            (Domain::Micros, Class::Timestamp { micros, .. }) => Some(of_int(micros)),
            _ => None,
        }
    }

    /// The number a key stands for.
    #[inline(always)]
    pub fn number(self, key: u64) -> f64 {
        if self == Domain::Float { to_float(key) } else { to_int(key) as f64 }
    }

    /// The value a key stands for.
    pub fn value(self, key: u64) -> Value {
        match self {
            Domain::Int => Value::Int(to_int(key)),
            Domain::Float => Value::Float(to_float(key)),
            Domain::Days => Value::Date(to_int(key) as i32),
            Domain::Micros => Value::Timestamp(to_int(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_as_their_floats_do_and_turn_back() {
        let rising = [f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 5e-324, 1.0, f64::INFINITY];
        for pair in rising.windows(2) {
            assert!(of_float(pair[0]) < of_float(pair[1]), "{pair:?}");
        }
        for value in rising {
            assert_eq!(to_float(of_float(value)), value);
            assert_eq!(to_float_bits(of_float_bits(value.to_bits())), value.to_bits());
        }
        assert_eq!(of_float(-0.0), of_float(0.0));
        assert_eq!(of_float_bits((-0.0f64).to_bits()) + 1, of_float(0.0));
    }

    #[test]
    fn keys_compare_as_their_integers_do_and_turn_back() {
        for pair in [i64::MIN, -1, 0, 1, i64::MAX].windows(2) {
            assert!(of_int(pair[0]) < of_int(pair[1]), "{pair:?}");
            assert_eq!(to_int(of_int(pair[0])), pair[0]);
        }
    }
}
