//! The grammar of durations over the code units of one text: bytes where all are ASCII, else
//! UTF-16. The twin of `src/values/_duration_grammar.ts`, without the reasons: a text that is refused
//! is parsed again in TypeScript, which knows them.

use super::units::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Unit, WORD_MAX};
use super::{MS_MAX, Rules};

/// Longest text, in UTF-16 code units.
pub const LENGTH_MAX: usize = 100;

/// Fraction digits that ISO 8601 texts may have, as Temporal reads them.
const ISO_FRACTION_MAX: usize = 9;

const MICRO_SIGN: u32 = 0xb5;
const GREEK_MU: u32 = 0x3bc;

/// Milliseconds of the ISO 8601 designators in their order; 0 for years and months.
const DATE: [(u32, u64); 4] =
    [(b'y' as u32, 0), (b'm' as u32, 0), (b'w' as u32, 7 * DAY_MS), (b'd' as u32, DAY_MS)];
const TIME: [(u32, u64); 3] =
    [(b'h' as u32, HOUR_MS), (b'm' as u32, MINUTE_MS), (b's' as u32, SECOND_MS)];

/// The milliseconds of a text, or None if it is no duration.
pub fn parse<T: Copy + Into<u32>>(text: &[T], rules: &Rules) -> Option<i64> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let mut parser = Parser { text, at: 0, rules };
    if rules.lenient {
        parser.trim();
    }
    let negative = parser.peek() == u32::from(b'-');
    if negative || parser.peek() == u32::from(b'+') {
        parser.at += 1;
    }
    let ms = parser.body()? as i64;
    Some(if negative { -ms } else { ms })
}

/// Where the digits of a number are.
struct Number {
    start: usize,
    whole_end: usize,
    fraction_start: usize,
    end: usize,
}

struct Parser<'a, T> {
    text: &'a [T],
    at: usize,
    rules: &'a Rules,
}

fn is_digit(unit: u32) -> bool {
    (u32::from(b'0')..=u32::from(b'9')).contains(&unit)
}

fn is_blank(unit: u32) -> bool {
    unit == u32::from(b' ') || unit == u32::from(b'\t')
}

/// Adds a product to a total, within the safe integers.
fn add(total: u64, count: u64, unit_ms: u64) -> Option<u64> {
    let sum = total.checked_add(count.checked_mul(unit_ms)?)?;
    (sum <= MS_MAX as u64).then_some(sum)
}

impl<T: Copy + Into<u32>> Parser<'_, T> {
    fn peek_at(&self, at: usize) -> u32 {
        self.text.get(at).map_or(0, |&unit| unit.into())
    }

    fn peek(&self) -> u32 {
        self.peek_at(self.at)
    }

    fn is(&self, byte: u8) -> bool {
        self.peek() == u32::from(byte)
    }

    /// Whether a letter in lower case stands here in any case.
    fn is_letter(&self, at: usize, letter: u8) -> bool {
        self.peek_at(at) | 32 == u32::from(letter)
    }

    fn ended(&self) -> bool {
        self.at == self.text.len()
    }

    fn skip_blanks(&mut self) {
        while is_blank(self.peek()) {
            self.at += 1;
        }
    }

    fn trim(&mut self) {
        while let Some((&last, front)) = self.text.split_last()
            && is_blank(last.into())
        {
            self.text = front;
        }
        self.skip_blanks();
    }

    fn eat_digits(&mut self) -> usize {
        let start = self.at;
        while is_digit(self.peek()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Digits from here on; at least one.
    fn skip_digits(&mut self) -> Option<()> {
        (self.eat_digits() > 0).then_some(())
    }

    fn body(&mut self) -> Option<u64> {
        if self.rules.tracker {
            return self.tracker();
        }
        if self.is_letter(self.at, b'p') {
            return self.iso();
        }
        let start = self.at;
        let has_lead = self.eat_digits() > 0;
        let is_clock = has_lead && self.is(b':');
        self.at = start;
        if is_clock { self.clock() } else { self.items() }
    }

    fn digit(&self, at: usize) -> u64 {
        u64::from(self.peek_at(at) - u32::from(b'0'))
    }

    /// The value of digits; the largest number where it is too large.
    fn digits_value(&self, start: usize, end: usize) -> u64 {
        (start..end)
            .fold(0_u64, |value, at| value.saturating_mul(10).saturating_add(self.digit(at)))
    }

    /// The whole milliseconds of a decimal fraction of a unit. Going from the last digit to the
    /// first, each step is a whole number if the result is one.
    fn fraction_ms(&self, start: usize, end: usize, unit_ms: u64) -> Option<u64> {
        (start..end).rev().try_fold(0, |ms, at| {
            let ms = ms + self.digit(at) * unit_ms;
            ms.is_multiple_of(10).then_some(ms / 10)
        })
    }

    /// `H:MM:SS[.f]` or two fields, by the option `clock`.
    fn clock(&mut self) -> Option<u64> {
        let start = self.at;
        self.skip_digits()?;
        let lead = self.digits_value(start, self.at);
        let rest = &self.text[self.at + 1..];
        let three = rest.iter().any(|&unit| unit.into() == u32::from(b':'));
        let hours = three || self.rules.hour_clock;
        let mut ms = add(0, lead, if hours { HOUR_MS } else { MINUTE_MS })?;
        ms = self.field(ms, if hours { MINUTE_MS } else { SECOND_MS })?;
        if three {
            if !self.is(b':') {
                return None;
            }
            ms = self.field(ms, SECOND_MS)?;
        }
        let is_point = self.is(b'.') || (self.rules.lenient && self.is(b','));
        if is_point && (three || !hours) {
            self.at += 1;
            let fraction = self.at;
            self.skip_digits()?;
            ms = add(ms, self.fraction_ms(fraction, self.at, SECOND_MS)?, 1)?;
        }
        self.ended().then_some(ms)
    }

    /// A colon and minutes or seconds, added to a total.
    fn field(&mut self, total: u64, unit_ms: u64) -> Option<u64> {
        self.at += 1;
        let start = self.at;
        let digits = self.eat_digits();
        let value = self.digits_value(start, self.at);
        let fits = if self.rules.lenient { digits > 0 } else { digits == 2 && value < 60 };
        if fits { add(total, value, unit_ms) } else { None }
    }

    /// One to three whole numbers with colons between them.
    fn tracker(&mut self) -> Option<u64> {
        let mut fields = [0; 3];
        let mut count = 0;
        loop {
            let start = self.at;
            self.skip_digits()?;
            fields[count] = self.digits_value(start, self.at);
            count += 1;
            if count == 3 || !self.is(b':') {
                break;
            }
            self.at += 1;
        }
        if !self.ended() {
            return None;
        }
        let units = match (count, self.rules.hour_clock) {
            (1, _) => [self.rules.unit_ms, 0, 0],
            (2, false) => [MINUTE_MS, SECOND_MS, 0],
            _ => [HOUR_MS, MINUTE_MS, SECOND_MS],
        };
        fields.iter().zip(units).try_fold(0, |total, (&field, unit)| add(total, field, unit))
    }

    /// A bare number, or numbers with units.
    fn items(&mut self) -> Option<u64> {
        let mut total = 0;
        let mut is_first = true;
        loop {
            let number = self.decimal()?;
            if self.rules.lenient {
                self.skip_blanks();
            }
            if self.ended() {
                let bare = Unit { ms: self.rules.unit_ms, shift: 0, strict: true };
                return if is_first { self.add_number(0, &number, bare) } else { None };
            }
            let unit = self.word()?;
            total = self.add_number(total, &number, unit)?;
            if self.ended() {
                return Some(total);
            }
            if self.rules.lenient {
                self.separator();
            }
            is_first = false;
        }
    }

    /// Digits with an optional point; `5.` and `.5` are numbers, as in Go.
    fn decimal(&mut self) -> Option<Number> {
        let start = self.at;
        let mut digits = self.eat_digits();
        let whole_end = self.at;
        let mut fraction_start = self.at;
        let is_comma = self.rules.lenient
            && self.is(b',')
            && digits > 0
            && is_digit(self.peek_at(self.at + 1));
        if self.is(b'.') || is_comma {
            self.at += 1;
            fraction_start = self.at;
            digits += self.eat_digits();
        }
        (digits > 0).then_some(Number { start, whole_end, fraction_start, end: self.at })
    }

    /// Adds a number, in a unit, to a total.
    fn add_number(&self, total: u64, number: &Number, unit: Unit) -> Option<u64> {
        let cut = number.start.max(number.whole_end.saturating_sub(unit.shift));
        let sum = add(total, self.digits_value(number.start, cut), unit.ms)?;
        if self.digits_value(cut, number.whole_end) > 0 {
            return None;
        }
        // Below a millisecond the unit is 1, and any digit that is not 0 is too much.
        add(sum, self.fraction_ms(number.fraction_start, number.end, unit.ms)?, 1)
    }

    /// The unit that stands here.
    fn word(&mut self) -> Option<Unit> {
        let start = self.at;
        let mut name = [0; WORD_MAX];
        while let Some(letter) = self.letter() {
            *name.get_mut(self.at - start)? = letter;
            self.at += 1;
        }
        let unit = Unit::of(&name[..self.at - start])?;
        // A capital M is a minute to some and a month to others.
        let is_capital_m = self.at - start == 1 && self.peek_at(start) == u32::from(b'M');
        let is_known = self.rules.lenient || unit.strict;
        (is_known && !is_capital_m && (self.rules.days || !unit.is_days())).then_some(unit)
    }

    /// The letter that stands here; a lenient text may have it in any case.
    fn letter(&self) -> Option<u8> {
        let unit = self.peek();
        if unit == MICRO_SIGN || unit == GREEK_MU {
            return Some(b'u');
        }
        let letter = u8::try_from(unit).ok().filter(u8::is_ascii_alphabetic)?;
        Some(if self.rules.lenient { letter.to_ascii_lowercase() } else { letter })
    }

    /// What may stand between items of a lenient text: blanks, a comma, `and`.
    fn separator(&mut self) {
        self.skip_blanks();
        if self.is(b',') {
            self.at += 1;
        }
        self.skip_blanks();
        let at = self.at;
        let is_and = self.is_letter(at, b'a')
            && self.is_letter(at + 1, b'n')
            && self.is_letter(at + 2, b'd')
            && is_blank(self.peek_at(at + 3));
        if is_and {
            self.at += 4;
            self.skip_blanks();
        }
    }

    /// `PnWnDTnHnMnS`; the last part of the time may have a fraction.
    fn iso(&mut self) -> Option<u64> {
        self.at += 1;
        let mut total = 0;
        let mut order: &[(u32, u64)] = &DATE;
        let mut is_time = false;
        loop {
            if !is_time && self.is_letter(self.at, b't') {
                self.at += 1;
                is_time = true;
                order = &TIME;
            }
            let start = self.at;
            self.skip_digits()?;
            let whole_end = self.at;
            let fraction = if is_time { self.iso_fraction()? } else { whole_end };
            let letter = self.peek() | 32;
            // What stands before a designator may not follow it.
            let place = order.iter().position(|&(name, _)| name == letter)?;
            let unit_ms = order[place].1;
            order = &order[place + 1..];
            if unit_ms == 0 || (!is_time && !self.rules.days) {
                return None;
            }
            total = add(total, self.digits_value(start, whole_end), unit_ms)?;
            let has_fraction = fraction > whole_end;
            if has_fraction {
                total = add(total, self.fraction_ms(fraction, self.at, unit_ms)?, 1)?;
            }
            self.at += 1;
            if self.ended() {
                return Some(total);
            }
            if has_fraction {
                return None;
            }
        }
    }

    /// A point or comma and one to nine digits; gives where the digits begin.
    fn iso_fraction(&mut self) -> Option<usize> {
        if !self.is(b'.') && !self.is(b',') {
            return Some(self.at);
        }
        self.at += 1;
        let start = self.at;
        self.skip_digits()?;
        (self.at - start <= ISO_FRACTION_MAX).then_some(start)
    }
}
