//! Order statistics without sorting all.

use crate::control::Control;
use crate::fault::Error;

use super::moments::gather;
use super::numbers::Numbers;

/// Writes the values of `ranks` (from 0, ascending, each once) among the column's numbers that
/// are not NaN. Ranks that are none are a broken contract.
pub fn select(
    numbers: &Numbers,
    ranks: &[usize],
    control: &dyn Control,
    mut put: impl FnMut(usize, f64),
) -> Result<(), Error> {
    if !ranks.is_sorted_by(|a, b| a < b) {
        return Err(Error::BadArgument("ranks"));
    }
    let (mut values, _) = gather(numbers, control)?;
    if ranks.last().is_some_and(|&rank| rank >= values.len()) {
        return Err(Error::BadArgument("ranks"));
    }
    // From the largest rank down: what lies above a found rank is done.
    let mut rest = &mut values[..];
    for (at, &rank) in ranks.iter().enumerate().rev() {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        // No NaN and no -0: the total order is the order of the numbers.
        let (below, &mut value, _) = rest.select_nth_unstable_by(rank, f64::total_cmp);
        put(at, value);
        rest = below;
    }
    Ok(())
}
