//! What is to be selected: paths as TypeScript has parsed them.

use crate::config::Config;
use crate::fault::Error;

/// A step into an object or an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The key of an object that it goes to.
    pub name: Option<Vec<u8>>,
    /// The index of an array that it goes to.
    pub index: Option<u64>,
    /// It goes to every member and item.
    pub every: bool,
    /// The key can stand in the text as it is: it has nothing to escape.
    pub is_plain: bool,
}

/// A path from the document's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The key of the output as JSON, with its colon.
    pub label: Vec<u8>,
    pub steps: Vec<Step>,
    /// Any number of values may be found; they go out as an array where there are several paths.
    pub is_many: bool,
}

/// Reads `paths`: u32 count, then for each path u32 length and label, u32 steps, and for each step
/// a byte of flags (1 name, 2 index, 4 every), u32 length and name, u32 index. All little-endian.
pub fn parse(config: &Config) -> Result<Vec<Path>, Error> {
    let mut rest = config.bytes("paths").unwrap_or_default();
    let count = number(&mut rest)?;
    let mut paths = Vec::new();
    for _ in 0..count {
        let label = bytes(&mut rest)?.to_vec();
        let mut steps = Vec::new();
        for _ in 0..number(&mut rest)? {
            steps.push(step(&mut rest)?);
        }
        let is_many = steps.iter().any(|step| step.every);
        paths.push(Path { label, steps, is_many });
    }
    if paths.is_empty() || !rest.is_empty() {
        return Err(Error::BadArgument("paths are none"));
    }
    Ok(paths)
}

fn step(rest: &mut &[u8]) -> Result<Step, Error> {
    let flags = take(rest, 1)?[0];
    let name = bytes(rest)?.to_vec();
    let index = u64::from(number(rest)?);
    let is_plain = name.iter().all(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    Ok(Step {
        name: (flags & 1 != 0).then_some(name),
        index: (flags & 2 != 0).then_some(index),
        every: flags & 4 != 0,
        is_plain,
    })
}

fn number(rest: &mut &[u8]) -> Result<u32, Error> {
    let four = take(rest, 4)?;
    Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    let length = number(rest)?;
    take(rest, length as usize)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Error> {
    let (front, behind) =
        rest.split_at_checked(length).ok_or(Error::BadArgument("paths are cut short"))?;
    *rest = behind;
    Ok(front)
}
