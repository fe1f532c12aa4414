//! The values of a column with many distinct numbers or times: eight bytes each and a shape, from
//! which every text can be rebuilt.

use crate::control::Control;
use crate::fault::Error;
use crate::values::{Class, EXACT_MAX, MICROS_PER_DAY, NO_SHAPE, shape};

use super::keys::{self, Domain};
use super::rebuild::Rebuilder;
use super::sort::{Poll, sort_by_code, sort_keys};

/// Shapes that a column can have; a text with one more stays a text.
const SHAPES_MAX: usize = 255;

/// What the values of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Integers up to 2^53 and floats, as f64.
    Number,
    /// Integers of 64 bits.
    BigInt,
    /// Dates and timestamps, as microseconds.
    Time,
}

impl Form {
    /// Every form; an earlier one wins a tie.
    pub const ALL: [Form; 3] = [Form::Number, Form::BigInt, Form::Time];

    /// The value (bits of an f64, or an i64) and shape of a text that fits the form.
    #[inline(always)]
    pub fn fit(self, text: &[u8], class: &Class) -> Option<(u64, u16)> {
        match (self, *class) {
            (Form::Number, Class::Int(value)) if value.unsigned_abs() <= EXACT_MAX as u64 => {
                Some(((value as f64).to_bits(), 0))
            }
            (Form::Number, Class::Float(value)) => with_shape(value.to_bits(), text, class),
            (Form::BigInt, Class::Int(value)) => Some((value as u64, 0)),
            (Form::Time, Class::Date(days)) => {
                with_shape((i64::from(days) * MICROS_PER_DAY) as u64, text, class)
            }
            (Form::Time, Class::Timestamp { micros, .. }) => with_shape(micros as u64, text, class),
            _ => None,
        }
    }
}

#[inline(always)]
fn with_shape(value: u64, text: &[u8], class: &Class) -> Option<(u64, u16)> {
    let shape = shape(text, class);
    if shape == NO_SHAPE { None } else { Some((value, shape)) }
}

/// The list.
pub struct List {
    pub form: Form,
    values: Vec<u64>,
    /// The shapes seen, in order of first appearance; a code is a place in here.
    palette: Vec<u16>,
    /// A code per value; empty while there is one shape only.
    codes: Vec<u8>,
    /// The last shape and its code.
    last: (u16, u8),
}

impl List {
    /// An empty list.
    pub fn new(form: Form) -> List {
        List {
            form,
            values: Vec::new(),
            palette: Vec::new(),
            codes: Vec::new(),
            last: (NO_SHAPE, 0),
        }
    }

    /// What the memory rule counts.
    pub fn logical_bytes(&self) -> u64 {
        8 * self.values.len() as u64
    }

    /// Makes room for `count` values more, so that [`List::push`] need not.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn reserve(&mut self, count: usize) -> Result<(), Error> {
        self.values.try_reserve(count)?;
        if !self.codes.is_empty() {
            self.codes.try_reserve(count)?;
        }
        Ok(())
    }

    /// Appends a text of this class if it fits.
    ///
    /// # Errors
    /// `OutOfMemory` when a second shape needs a code for every value.
    #[inline(always)]
    pub fn push(&mut self, text: &[u8], class: &Class) -> Result<bool, Error> {
        let Some((value, shape)) = self.form.fit(text, class) else { return Ok(false) };
        if shape != self.last.0 && !self.select(shape)? {
            return Ok(false);
        }
        self.values.push(value);
        if self.palette.len() > 1 {
            self.codes.push(self.last.1);
        }
        Ok(true)
    }

    /// Makes `shape` the last one. False if the palette is full.
    #[inline(never)]
    fn select(&mut self, shape: u16) -> Result<bool, Error> {
        let known = self.palette.iter().position(|&other| other == shape);
        let code = match known {
            Some(code) => code,
            None if self.palette.len() == SHAPES_MAX => return Ok(false),
            None => {
                if self.palette.len() == 1 {
                    self.codes.try_reserve(self.values.capacity())?;
                    self.codes.resize(self.values.len(), 0);
                }
                self.palette.push(shape);
                self.palette.len() - 1
            }
        };
        self.last = (shape, code as u8);
        Ok(true)
    }

    /// The values as sorted keys of a domain that all of them belong to.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn into_keys(mut self, domain: Domain, control: &dyn Control) -> Result<Vec<u64>, Error> {
        self.codes = Vec::new();
        let mut poll = Poll::new(control);
        for value in &mut self.values {
            *value = key_of(self.form, domain, *value);
            poll.tick()?;
        }
        sort_keys(&mut self.values, control)?;
        Ok(self.values)
    }

    /// Calls `visit` with every distinct text and its count. Leaves the values sorted by text
    /// shape, so that only [`List::into_keys`] may follow.
    ///
    /// # Errors
    /// `Cancelled`, or what `visit` returns.
    pub fn visit_texts(
        &mut self,
        control: &dyn Control,
        mut visit: impl FnMut(&[u8], u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut bounds = [self.values.len(); 257];
        bounds[0] = 0;
        if self.palette.len() > 1 {
            bounds = sort_by_code(&mut self.values, &mut self.codes, control)?;
        } else {
            sort_keys(&mut self.values, control)?;
        }
        let mut poll = Poll::new(control);
        let mut rebuilder = Rebuilder::new(self.form);
        for (code, &shape) in self.palette.iter().enumerate() {
            let values = &self.values[bounds[code]..bounds[code + 1]];
            for run in values.chunk_by(|a, b| a == b) {
                visit(rebuilder.text(run[0], shape), run.len() as u64)?;
                poll.tick()?;
            }
        }
        Ok(())
    }
}

fn key_of(form: Form, domain: Domain, value: u64) -> u64 {
    match (form, domain) {
        (Form::Number, Domain::Int) => keys::of_int(f64::from_bits(value) as i64),
        (Form::Number, _) => keys::of_float(f64::from_bits(value)),
        (Form::BigInt, Domain::Float) => keys::of_float(value as i64 as f64),
        (Form::Time, Domain::Days) => keys::of_int((value as i64).div_euclid(MICROS_PER_DAY)),
        (Form::BigInt | Form::Time, _) => keys::of_int(value as i64),
    }
}
