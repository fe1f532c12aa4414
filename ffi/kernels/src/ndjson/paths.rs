//! What is read by path: columns whose values stand inside the records' values.

use crate::config::Config;
use crate::fault::Error;
use crate::json::path::{self, Path, Step};

/// The paths of a reader, each with the name of its column. A top-level key of such a name makes
/// no column: the name stands for the path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    pub names: Vec<String>,
    paths: Vec<Path>,
}

impl Paths {
    /// Reads `paths` and `path_names` (`name\0`, joined); none is fine.
    ///
    /// # Errors
    /// A form that TypeScript does not write.
    pub fn from_config(config: &Config) -> Result<Paths, Error> {
        if config.bytes("paths").is_none() {
            return Ok(Paths::default());
        }
        let paths = path::parse(config)?;
        let names: Vec<String> =
            config.text("path_names", "")?.split_terminator('\0').map(str::to_owned).collect();
        if names.len() != paths.len() || paths.iter().any(|path| path.steps.is_empty()) {
            return Err(Error::BadArgument("paths do not fit their names"));
        }
        if paths.iter().any(|path| path.is_many) {
            return Err(Error::BadArgument("a path has a wildcard"));
        }
        Ok(Paths { names, paths })
    }

    pub(super) fn count(&self) -> usize {
        self.paths.len()
    }

    /// How many steps a path has.
    pub(super) fn steps(&self, path: usize) -> usize {
        self.paths[path].steps.len()
    }

    /// Whether a path's step goes to the member of a key.
    pub(super) fn goes_to_key(&self, path: usize, step: usize, key: &[u8]) -> bool {
        matches!(self.step(path, step), Some(Step { name: Some(name), .. }) if name == key)
    }

    /// Whether a path's step goes to an item of a list.
    pub(super) fn goes_to_item(&self, path: usize, step: usize, index: u64) -> bool {
        self.step(path, step).is_some_and(|step| step.index == Some(index))
    }

    fn step(&self, path: usize, step: usize) -> Option<&Step> {
        self.paths[path].steps.get(step)
    }
}
