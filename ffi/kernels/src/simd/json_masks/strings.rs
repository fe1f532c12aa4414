//! Where strings are, block after block of 64 bytes.

use super::Masks;

/// What one block leaves to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strings {
    /// All ones inside a string.
    in_string: u64,
    /// The first byte of the next block is escaped.
    is_escaped: bool,
}

impl Strings {
    /// The bytes of a block that are inside of strings: opening quotes are, closing ones are not.
    #[inline(always)]
    pub fn inside(&mut self, masks: &Masks) -> u64 {
        self.inside_by(masks, prefix_xor)
    }

    /// The same with another way to find, for each bit, the parity of the bits up to it.
    #[inline(always)]
    pub(super) fn inside_by(&mut self, masks: &Masks, prefix: impl Fn(u64) -> u64) -> u64 {
        let mut quote = masks.quote;
        if masks.backslash != 0 || self.is_escaped {
            let (escaped, carry) = escaped(masks.backslash, self.is_escaped);
            self.is_escaped = carry;
            quote &= !escaped;
        }
        self.take(prefix(quote))
    }

    /// The same of a block that ends early, behind `length` bytes (at least one); what follows in
    /// the masks is white space.
    pub fn inside_front(&mut self, masks: &Masks, length: usize) -> u64 {
        let (escaped, _) = escaped(masks.backslash, self.is_escaped);
        self.is_escaped = length < 64 && escaped >> length & 1 != 0;
        self.take(prefix_xor(masks.quote & !escaped))
    }

    #[inline(always)]
    fn take(&mut self, parity: u64) -> u64 {
        let inside = parity ^ self.in_string;
        self.in_string = ((inside as i64) >> 63) as u64;
        inside
    }

    /// Whether the next block's first byte is escaped.
    #[inline(always)]
    pub fn is_escaped(&self) -> bool {
        self.is_escaped
    }

    /// Whether the last block ended inside a string.
    pub fn is_open(&self) -> bool {
        self.in_string != 0
    }
}

/// The bytes behind a backslash that is not escaped itself, and whether the next block's first is
/// one. In runs of backslashes every second is escaped.
#[inline(always)]
fn escaped(backslash: u64, carry: bool) -> (u64, bool) {
    let mut found = u64::from(carry);
    let mut rest = backslash & !found;
    let mut is_next = false;
    while rest != 0 {
        let at = rest.trailing_zeros();
        if at == 63 {
            is_next = true;
            break;
        }
        found |= 2 << at;
        rest &= !(3 << at);
    }
    (found, is_next)
}

/// Bit `i` is the parity of bits 0 to `i`.
#[inline(always)]
pub(super) fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
