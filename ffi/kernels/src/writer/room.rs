//! The memory that rows are printed into. A value that does not fit says so and the caller goes
//! back to where its row began, so nothing is measured beforehand.

/// The output has no room for what should be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// An output and how much of it is in use.
pub struct Room<'a> {
    out: &'a mut [u8],
    at: usize,
}

/// All pairs of digits, so that two are printed at once.
const PAIRS: [u8; 200] = pairs();

const fn pairs() -> [u8; 200] {
    let mut table = [0; 200];
    let mut value = 0;
    while value < 100 {
        table[2 * value] = b'0' + (value / 10) as u8;
        table[2 * value + 1] = b'0' + (value % 10) as u8;
        value += 1;
    }
    table
}

impl<'a> Room<'a> {
    /// An output that is not yet in use.
    pub fn new(out: &'a mut [u8]) -> Room<'a> {
        Room { out, at: 0 }
    }

    /// Bytes in use.
    pub fn length(&self) -> usize {
        self.at
    }

    /// Appends a byte.
    #[inline]
    pub fn byte(&mut self, byte: u8) -> Result<(), Full> {
        *self.out.get_mut(self.at).ok_or(Full)? = byte;
        self.at += 1;
        Ok(())
    }

    /// Appends bytes.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        let end = self.at + bytes.len();
        copy(bytes, self.out.get_mut(self.at..end).ok_or(Full)?);
        self.at = end;
        Ok(())
    }

    /// The next `N` bytes, of which the caller uses as many as it then reports to `used`.
    #[inline]
    pub fn next<const N: usize>(&mut self) -> Result<&mut [u8; N], Full> {
        self.out.get_mut(self.at..).and_then(<[u8]>::first_chunk_mut).ok_or(Full)
    }

    /// So many of the bytes that `next` gave are in use.
    #[inline]
    pub fn used(&mut self, count: usize) {
        self.at += count;
    }

    /// Appends the digits of a whole number.
    #[inline]
    pub fn unsigned(&mut self, value: u64) -> Result<(), Full> {
        let mut digits = [0; 20];
        let mut at = 20;
        let mut rest = value;
        while rest >= 100 {
            let pair = (rest % 100) as usize * 2;
            rest /= 100;
            at -= 2;
            digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
        }
        if rest >= 10 {
            let pair = rest as usize * 2;
            at -= 2;
            digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
        } else {
            at -= 1;
            digits[at] = b'0' + rest as u8;
        }
        self.put(&digits[at..])
    }

    /// Appends an integer.
    #[inline]
    pub fn signed(&mut self, value: i64) -> Result<(), Full> {
        if value < 0 {
            self.byte(b'-')?;
        }
        self.unsigned(value.unsigned_abs())
    }
}

/// Copies bytes to as many. A short text is copied as two halves of constant length that overlap:
/// two moves instead of a call, which takes longer than most fields do.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    fn halves<const N: usize>(from: &[u8], to: &mut [u8]) {
        if let (Some(half), Some(place)) = (from.first_chunk::<N>(), to.first_chunk_mut()) {
            *place = *half;
        }
        if let (Some(half), Some(place)) = (from.last_chunk::<N>(), to.last_chunk_mut()) {
            *place = *half;
        }
    }
    match from.len() {
        0 => {}
        1 => halves::<1>(from, to),
        2..=3 => halves::<2>(from, to),
        4..=7 => halves::<4>(from, to),
        8..=15 => halves::<8>(from, to),
        16..=32 => halves::<16>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// The two digits of a number below 100.
#[inline]
pub fn two(value: u32) -> [u8; 2] {
    let at = 2 * value as usize;
    [PAIRS[at], PAIRS[at + 1]]
}
