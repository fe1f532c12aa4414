//! Texts from values and shapes (see `values::shape`): the inverse of reading them.

use crate::values::{MICROS_PER_DAY, SHAPE_DATE, SHAPE_SHORTEST, es_f64, format_date};

use super::list::Form;

/// Powers of ten that are exact in an f64: a shape has at most 22 decimals.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// Writes texts into one buffer.
pub struct Rebuilder {
    form: Form,
    text: String,
    /// The day that `date` spells: neighbours in order mostly share it.
    day: i64,
    date: String,
}

impl Rebuilder {
    /// For the values of a list of this form.
    pub fn new(form: Form) -> Rebuilder {
        Rebuilder { form, text: String::new(), day: i64::MIN, date: String::new() }
    }

    /// The text of a value; valid until the next call.
    pub fn text(&mut self, value: u64, shape: u16) -> &[u8] {
        self.text.clear();
        match self.form {
            Form::Number => self.number(f64::from_bits(value), shape),
            Form::BigInt => {
                let value = value as i64;
                self.sign(value < 0);
                self.decimal(value.unsigned_abs(), 0);
            }
            Form::Time => self.time(value as i64, shape),
        }
        self.text.as_bytes()
    }

    fn sign(&mut self, negative: bool) {
        if negative {
            self.text.push('-');
        }
    }

    fn number(&mut self, value: f64, shape: u16) {
        if shape == SHAPE_SHORTEST {
            es_f64(&mut self.text, value);
            return;
        }
        self.sign(value.is_sign_negative());
        let decimals = usize::from(shape);
        // The text had at most 15 digits and |error| of this product is below 0.3, so the
        // nearest integer is those digits. Integers go up to 2^53 and are exact as they are.
        let digits = (value.abs() * POWERS[decimals]).round();
        self.decimal(digits as u64, decimals);
    }

    /// Digits with a dot before the last `decimals` ones, at least one digit before the dot.
    fn decimal(&mut self, mut digits: u64, decimals: usize) {
        let mut bytes = [b'0'; 48];
        let mut at = bytes.len();
        let mut written = 0;
        while digits > 0 || written <= decimals {
            if written == decimals && decimals > 0 {
                at -= 1;
                bytes[at] = b'.';
            }
            at -= 1;
            bytes[at] = b'0' + (digits % 10) as u8;
            digits /= 10;
            written += 1;
        }
        self.text.extend(bytes[at..].iter().map(|&byte| char::from(byte)));
    }

    fn time(&mut self, micros: i64, shape: u16) {
        if shape == SHAPE_DATE {
            self.push_date(micros.div_euclid(MICROS_PER_DAY));
            return;
        }
        let zone = i64::from(shape >> 4);
        let local = if zone < 2 { micros } else { micros + (zone - 1442) * MICROS_PER_MINUTE };
        self.push_date(local.div_euclid(MICROS_PER_DAY));
        let in_day = local.rem_euclid(MICROS_PER_DAY);
        let seconds = in_day / 1_000_000;
        self.text.push(if shape & 1 == 1 { ' ' } else { 'T' });
        self.two(seconds / 3600);
        self.text.push(':');
        self.two(seconds / 60 % 60);
        let fraction = usize::from(shape >> 1 & 7);
        if fraction > 0 {
            self.text.push(':');
            self.two(seconds % 60);
        }
        if fraction > 1 {
            self.text.push('.');
            let mut scale = 100_000;
            for _ in 1..fraction {
                self.digit(in_day / scale % 10);
                scale /= 10;
            }
        }
        self.zone(zone);
    }

    fn zone(&mut self, zone: i64) {
        if zone == 1 {
            self.text.push('Z');
        } else if zone > 1 {
            let minutes = (zone - 1442).abs();
            self.text.push(if zone >= 1442 { '+' } else { '-' });
            self.two(minutes / 60);
            self.text.push(':');
            self.two(minutes % 60);
        }
    }

    fn push_date(&mut self, day: i64) {
        if day != self.day {
            self.day = day;
            self.date.clear();
            format_date(&mut self.date, day as i32);
        }
        self.text.push_str(&self.date);
    }

    fn digit(&mut self, value: i64) {
        self.text.push(char::from(b'0' + value as u8));
    }

    fn two(&mut self, value: i64) {
        self.digit(value / 10);
        self.digit(value % 10);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;
    use crate::values::classify;

    /// The text after a way through value and shape; None if it does not fit the form.
    fn there_and_back(form: Form, text: &str) -> Option<String> {
        let (value, shape) = form.fit(text.as_bytes(), &classify(text.as_bytes()))?;
        let mut rebuilder = Rebuilder::new(form);
        Some(String::from_utf8(rebuilder.text(value, shape).to_vec()).unwrap())
    }

    #[test]
    fn text_gives_back_every_number_that_fits() {
        let texts = "0 -0 7 -1 9007199254740992 -9007199254740992 0.0 -0.00 0.5 -12.340 \
            999999999999999.0 0.000000000000001 0.0000000000000000000001 99999999.9999999 \
            0.30000000000000004 -1234567.8901234567 100.00000000000001 123456789012.345";
        for text in texts.split_whitespace() {
            match there_and_back(Form::Number, text) {
                Some(back) => assert_eq!(back, text),
                None => assert_eq!(text, "999999999999999.0"),
            }
        }
        for text in ["9007199254740993", "1e5", "5.", ".5", "nan", "inf", "007", "x"] {
            assert_eq!(there_and_back(Form::Number, text), None, "{text}");
        }
        for text in ["0", "-1", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(there_and_back(Form::BigInt, text).as_deref(), Some(text));
        }
    }

    #[test]
    fn text_gives_back_random_decimals() {
        let mut random = Random::new(11);
        for _ in 0..50_000 {
            let decimals = 1 + (random.next() % 22) as usize;
            let digits = random.next() % 10u64.pow(1 + (random.next() % 15) as u32);
            let digits = format!("{digits:0width$}", width = decimals + 1);
            let (whole, fraction) = digits.split_at(digits.len() - decimals);
            let text =
                format!("{}{whole}.{fraction}", if digits.len() % 2 == 0 { "-" } else { "" });
            assert_eq!(there_and_back(Form::Number, &text), Some(text));
        }
    }

    #[test]
    fn text_gives_back_every_shape_of_time() {
        for text in [
            "1970-01-01",
            "2024-02-29",
            "1700-03-01",
            "2024-02-29T23:59",
            "2024-02-29 23:59:07",
            "1969-12-31T23:59:59.9",
            "2024-02-29T00:00:00.000001",
            "2024-02-29T01:02:03.120",
            "2024-02-29 01:02Z",
            "2024-02-29T01:02:03.5+05:30",
            "2024-02-29T01:02:03-23:59",
            "2024-03-01T00:10+00:00",
            "2024-03-01T00:10+23:59",
        ] {
            assert_eq!(there_and_back(Form::Time, text).as_deref(), Some(text));
        }
        for text in ["2024-03-01T00:10-00:00", "0001-01-01", "2024-3-1", "12"] {
            assert_eq!(there_and_back(Form::Time, text), None, "{text}");
        }
    }
}
