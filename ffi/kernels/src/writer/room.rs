//! The memory that rows are printed into. What is printed begins at a place and gives the place
//! behind it, or `None` where there is no room; the caller then goes back to where its row began,
//! so nothing is measured beforehand. Places are passed by value: one kept in a struct would go
//! through memory with every field.

/// Bytes of a short value at most: a timestamp with its fraction and quotes takes 29.
pub const SHORT_BYTES: usize = 32;

/// Room for a short value.
pub type Slot = [u8; SHORT_BYTES];

/// Appends a byte.
#[inline]
pub fn byte(out: &mut [u8], at: usize, byte: u8) -> Option<usize> {
    *out.get_mut(at)? = byte;
    Some(at + 1)
}

/// Appends bytes.
#[inline]
pub fn put(out: &mut [u8], at: usize, bytes: &[u8]) -> Option<usize> {
    let end = at + bytes.len();
    copy(bytes, out.get_mut(at..end)?);
    Some(end)
}

/// Appends a value of at most `SHORT_BYTES` bytes: `fill` writes it and gives its length. What it
/// writes behind that does no harm, so that it need not copy by length.
#[inline]
pub fn short(out: &mut [u8], at: usize, fill: impl Fn(&mut Slot) -> usize) -> Option<usize> {
    match out.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        Some(slot) => Some(at + fill(slot)),
        None => tight(out, at, fill),
    }
}

/// The same near the end of the output.
#[cold]
#[inline(never)]
fn tight(out: &mut [u8], at: usize, fill: impl Fn(&mut Slot) -> usize) -> Option<usize> {
    let mut slot = [0; SHORT_BYTES];
    let length = fill(&mut slot);
    put(out, at, &slot[..length])
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
