//! Columns of numbers as JavaScript hands them over: little-endian bytes and a bitmap.

use std::ops::Range;

/// One bit a row, set where there is a value; without a bitmap nothing is null.
#[derive(Clone, Copy, Default)]
pub struct Bits<'a>(Option<&'a [u8]>);

impl<'a> Bits<'a> {
    /// A bitmap for `rows` rows. None if it is too short.
    pub fn new(bytes: Option<&'a [u8]>, rows: usize) -> Option<Bits<'a>> {
        match bytes {
            Some(bytes) if bytes.len() < rows.div_ceil(8) => None,
            bytes => Some(Bits(bytes)),
        }
    }

    /// Whether nothing is null.
    pub fn all(self) -> bool {
        self.0.is_none()
    }

    /// Whether every row of a range has a value.
    pub fn all_in(self, mut rows: Range<usize>) -> bool {
        self.0.is_none() || rows.all(|row| self.has(row))
    }

    /// Writes a mask for each row from `row` on, a multiple of 8: all bits set where there is a
    /// value, else none. What lies behind the last row means nothing.
    pub fn masks(self, row: usize, out: &mut [u32]) {
        let Some(bytes) = self.0 else { return out.fill(u32::MAX) };
        let (eights, _) = out.as_chunks_mut::<8>();
        for (eight, &byte) in eights.iter_mut().zip(&bytes[row / 8..]) {
            for (bit, mask) in eight.iter_mut().enumerate() {
                *mask = if u32::from(byte) & 1 << bit == 0 { 0 } else { u32::MAX };
            }
        }
    }

    /// Whether the row has a value.
    #[inline(always)]
    pub fn has(self, row: usize) -> bool {
        self.0.is_none_or(|bytes| bytes[row / 8] >> (row % 8) & 1 != 0)
    }
}

/// The values of a column.
#[derive(Clone, Copy)]
pub enum Values<'a> {
    I32(&'a [[u8; 4]]),
    I64(&'a [[u8; 8]]),
    F64(&'a [[u8; 8]]),
}

/// A column of numbers.
#[derive(Clone, Copy)]
pub struct Numbers<'a> {
    pub values: Values<'a>,
    pub valid: Bits<'a>,
}

impl<'a> Numbers<'a> {
    /// A column over bytes. Kind 1 is i32, 2 is i64, 3 is f64. None if the bytes do not fit.
    pub fn new(kind: u32, data: &'a [u8], validity: Option<&'a [u8]>) -> Option<Numbers<'a>> {
        let values = match kind {
            1 => Values::I32(whole(data)?),
            2 => Values::I64(whole(data)?),
            3 => Values::F64(whole(data)?),
            _ => return None,
        };
        let rows = match values {
            Values::I32(data) => data.len(),
            Values::I64(data) | Values::F64(data) => data.len(),
        };
        Some(Numbers { values, valid: Bits::new(validity, rows)? })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        match self.values {
            Values::I32(data) => data.len(),
            Values::I64(data) | Values::F64(data) => data.len(),
        }
    }

    /// The number of a row as f64, rounded once; -0 is 0.
    #[inline(always)]
    pub fn real(&self, row: usize) -> f64 {
        match self.values {
            Values::I32(data) => f64::from(i32::from_le_bytes(data[row])),
            Values::I64(data) => i64::from_le_bytes(data[row]) as f64,
            Values::F64(data) => f64::from_le_bytes(data[row]) + 0.0,
        }
    }
}

/// All bytes as items of `N` bytes.
pub fn whole<const N: usize>(data: &[u8]) -> Option<&[[u8; N]]> {
    let (items, rest) = data.as_chunks::<N>();
    rest.is_empty().then_some(items)
}
