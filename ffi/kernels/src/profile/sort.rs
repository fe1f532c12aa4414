//! Sorting in place that a caller can stop: keys are spread over 256 buckets by their leading
//! bits (an American flag sort), and only pieces that fit the cache go to the standard sort.

use crate::control::Control;
use crate::fault::Error;

/// Sorted at one go: about 3 ms, and half a megabyte.
const PIECE: usize = 1 << 16;
/// Elements moved between two looks at the control.
const POLL: u32 = 1 << 18;

/// Looks at a control once in [`POLL`] ticks.
pub struct Poll<'a> {
    control: &'a dyn Control,
    left: u32,
}

impl<'a> Poll<'a> {
    /// Starts counting.
    pub fn new(control: &'a dyn Control) -> Poll<'a> {
        Poll { control, left: POLL }
    }

    /// One small piece of work is done.
    ///
    /// # Errors
    /// `Cancelled` once the control says so.
    #[inline(always)]
    pub fn tick(&mut self) -> Result<(), Error> {
        self.left -= 1;
        if self.left == 0 { self.look() } else { Ok(()) }
    }

    /// Asks the control now.
    ///
    /// # Errors
    /// `Cancelled` if it says so.
    #[cold]
    pub fn look(&mut self) -> Result<(), Error> {
        self.left = POLL;
        if self.control.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Sorts keys ascending.
///
/// # Errors
/// `Cancelled`; the keys are then in no order.
pub fn sort_keys(keys: &mut [u64], control: &dyn Control) -> Result<(), Error> {
    sort_by(keys, |key| key, control)
}

/// Sorts items by a key.
///
/// # Errors
/// `Cancelled`; the items are then in no order.
pub fn sort_by<T: Copy>(
    items: &mut [T],
    key_of: impl Fn(T) -> u64,
    control: &dyn Control,
) -> Result<(), Error> {
    let mut poll = Poll::new(control);
    // A bucket spans fewer bits than the piece it came from, so this ends after eight levels.
    let mut pieces = vec![(0, items.len())];
    while let Some((from, to)) = pieces.pop() {
        let piece = &mut items[from..to];
        if piece.len() <= PIECE {
            piece.sort_unstable_by_key(|&item| key_of(item));
            poll.look()?;
            continue;
        }
        let (mut least, mut most) = (u64::MAX, 0);
        for &item in &*piece {
            let key = key_of(item);
            least = least.min(key);
            most = most.max(key);
        }
        let bits = u64::BITS - (most - least).leading_zeros();
        if bits == 0 {
            continue;
        }
        let shift = bits.saturating_sub(8);
        let bounds =
            spread(piece, |item| ((key_of(item) - least) >> shift) as u8, |_, _| (), &mut poll)?;
        if shift > 0 {
            let buckets = bounds.windows(2).filter(|pair| pair[1] - pair[0] > 1);
            pieces.extend(buckets.map(|pair| (from + pair[0], from + pair[1])));
        }
    }
    Ok(())
}

/// Sorts pairs of a code and a key by code, keys of one code ascending. Gives the bounds: code
/// `c` ends up at `bounds[c]..bounds[c + 1]`.
///
/// # Errors
/// `Cancelled`; codes and keys are then in no order.
pub fn sort_by_code(
    keys: &mut [u64],
    codes: &mut [u8],
    control: &dyn Control,
) -> Result<[usize; 257], Error> {
    let mut poll = Poll::new(control);
    let bounds = spread_codes(codes, keys, &mut poll)?;
    for code in 0..256 {
        sort_keys(&mut keys[bounds[code]..bounds[code + 1]], control)?;
    }
    Ok(bounds)
}

fn spread_codes(
    codes: &mut [u8],
    keys: &mut [u64],
    poll: &mut Poll,
) -> Result<[usize; 257], Error> {
    spread(codes, |code| code, |a, b| keys.swap(a, b), poll)
}

/// Moves every item to its bucket by swaps, each of which `swapped` is told.
fn spread<T: Copy>(
    items: &mut [T],
    bucket_of: impl Fn(T) -> u8,
    mut swapped: impl FnMut(usize, usize),
    poll: &mut Poll,
) -> Result<[usize; 257], Error> {
    let mut bounds = [0; 257];
    for &item in &*items {
        bounds[usize::from(bucket_of(item)) + 1] += 1;
    }
    for bucket in 0..256 {
        bounds[bucket + 1] += bounds[bucket];
    }
    let mut heads = bounds;
    for bucket in 0..256 {
        while heads[bucket] < bounds[bucket + 1] {
            let at = heads[bucket];
            let home = usize::from(bucket_of(items[at]));
            if home != bucket {
                items.swap(at, heads[home]);
                swapped(at, heads[home]);
            }
            heads[home] += 1;
            poll.tick()?;
        }
    }
    Ok(bounds)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Random, StopAfter};
    use super::*;
    use crate::control::Unwatched;

    #[test]
    fn sort_keys_sorts_every_distribution() {
        let mut random = Random::new(7);
        for spread in [0, 1, 255, 256, 70_000, u64::MAX >> 12, u64::MAX] {
            let mut keys: Vec<u64> =
                (0..300_000).map(|_| random.next() % spread.saturating_add(1).max(1)).collect();
            // One far value makes the first bucket hold nearly all others.
            keys.push(u64::MAX);
            let mut expected = keys.clone();
            expected.sort();
            sort_keys(&mut keys, &Unwatched).unwrap();
            assert!(keys == expected, "spread {spread}");
        }
    }

    #[test]
    fn sort_by_code_keeps_pairs_together() {
        let mut random = Random::new(9);
        let mut codes: Vec<u8> = (0..200_000).map(|_| (random.next() % 7) as u8 * 40).collect();
        let mut keys: Vec<u64> = (0..200_000).map(|_| random.next() % 1000).collect();
        let mut expected: Vec<(u8, u64)> = codes.iter().copied().zip(keys.clone()).collect();
        expected.sort();
        let bounds = sort_by_code(&mut keys, &mut codes, &Unwatched).unwrap();
        assert!(codes.iter().copied().zip(keys).eq(expected));
        assert_eq!(bounds[0], 0);
        assert_eq!(bounds[256], 200_000);
        assert!(codes[bounds[80]..bounds[81]].iter().all(|&code| code == 80));
    }

    #[test]
    fn sort_keys_stops_when_told() {
        let mut random = Random::new(3);
        let mut keys: Vec<u64> = (0..600_000).map(|_| random.next()).collect();
        assert_eq!(sort_keys(&mut keys, &StopAfter::looks(2)), Err(Error::Cancelled));
    }
}
