//! Finds the files of a set: roots as they are, folders on several threads. Links are not
//! followed, also where a folder becomes one. The kind comes with a folder's listing, so that no
//! file is looked at twice.

use std::fs;
use std::sync::{Condvar, Mutex};
use std::thread;

use super::reason::Reason;
use super::{SetOptions, lock};
use crate::control::Control;
use crate::fault::Error;
use crate::hash::place::{self, Entry, Root};

/// Folders of the caller that are held open at once; of more, each is opened when it is used.
const HELD_ROOTS: usize = 16;

/// Bytes of a path that the system takes; its zero at the end counts as well.
#[cfg(unix)]
const PATH_BYTES_MAX: usize = libc::PATH_MAX as usize - 1;
#[cfg(not(unix))]
const PATH_BYTES_MAX: usize = usize::MAX;

/// Folders in the queue from which more threads help.
const PARALLEL_FOLDERS: usize = 4;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Named by the caller: opened as it is, through links.
    Given,
    /// A regular file of a walk.
    File,
    /// A link of a walk, hashed by its target's text.
    Link,
    Failed(Reason),
}

/// A path of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The root as given, `/`, and the path below it.
    pub(super) path: String,
    pub(super) kind: Kind,
    /// Which of the tree's folders it was found in.
    folder: u32,
    /// Of names in a folder that are not UTF-8 and look the same: how many came before.
    twin: u32,
}

/// What the roots name.
#[derive(Default)]
pub(super) struct Tree {
    /// In the order of the paths' bytes.
    pub(super) found: Vec<Found>,
    folders: Vec<Folder>,
}

/// A folder that the caller named.
struct Folder {
    path: String,
    root: Root,
}

impl Tree {
    /// Where something found in a walk is.
    pub(super) fn below<'a>(&'a self, found: &'a Found) -> (&'a Root, &'a str) {
        let Folder { path, root } = &self.folders[found.folder as usize];
        (root, below(path, &found.path))
    }

    /// The text of a link's target, which is hashed instead of what it points to.
    pub(super) fn link_target(&self, found: &Found) -> Result<Vec<u8>, Reason> {
        let (root, path) = self.below(found);
        let target = root.link_target(path).map_err(|error| Reason::of_found(&error))?;
        if std::str::from_utf8(&target).is_ok() { Ok(target) } else { Err(Reason::TargetNotUtf8) }
    }

    /// Opens a folder; None where there is none.
    fn add_folder(&mut self, path: &str) -> Option<u32> {
        let root = Root::new(path, self.folders.len() < HELD_ROOTS).ok()?;
        self.folders.push(Folder { path: path.to_owned(), root });
        u32::try_from(self.folders.len() - 1).ok()
    }
}

/// What a path is called below a folder.
fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    path[folder.len()..].trim_start_matches('/')
}

/// A folder's path with a slash at its end.
fn with_slash(folder: &str) -> String {
    if folder.ends_with('/') { folder.to_owned() } else { format!("{folder}/") }
}

/// Everything that the roots name, by the bytes of the paths; what comes twice is there once.
pub(super) fn walk(
    options: &SetOptions,
    threads: usize,
    control: &dyn Control,
) -> Result<Tree, Error> {
    let mut tree = Tree::default();
    let mut found = Vec::new();
    found.try_reserve(options.roots.len())?;
    let mut queue = Vec::new();
    for root in &options.roots {
        let is_folder = options.walks && fs::metadata(root).is_ok_and(|metadata| metadata.is_dir());
        match if is_folder { tree.add_folder(root) } else { None } {
            Some(folder) => queue.push((folder, root.clone())),
            // Opening it says what is wrong.
            None => found.push(Found { path: root.clone(), kind: Kind::Given, folder: 0, twin: 0 }),
        }
    }
    for group in &options.chosen {
        add_chosen(&mut tree, group, &mut found)?;
    }
    if !queue.is_empty() {
        let mut groups = Walk::new(options, control, &tree.folders).run(queue, threads)?;
        // Folder after folder: what comes out is in order already, or nearly.
        groups.sort_by(|a, b| a.first().map(|one| &one.path).cmp(&b.first().map(|one| &one.path)));
        found.try_reserve(groups.iter().map(Vec::len).sum())?;
        groups.into_iter().for_each(|group| found.extend(group));
    }
    // Of two of one path the file comes before the failure.
    let rank = |found: &Found| {
        let state = if let Kind::Failed(reason) = found.kind { reason.state() } else { 0 };
        (state, found.twin)
    };
    // The stable sort is quick where much is in order.
    found.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| rank(a).cmp(&rank(b))));
    found.dedup_by(|next, kept| next.path == kept.path && rank(next) == rank(kept));
    tree.found = found;
    Ok(tree)
}

/// Files that were chosen below a folder, which comes first.
fn add_chosen(tree: &mut Tree, group: &[String], found: &mut Vec<Found>) -> Result<(), Error> {
    let Some((root, names)) = group.split_first() else { return Ok(()) };
    found.try_reserve(names.len())?;
    let folder = tree.add_folder(root);
    let base = with_slash(root);
    for name in names {
        // The folder was there when the files were chosen.
        let kind = if folder.is_some() { Kind::File } else { Kind::Failed(Reason::Changed) };
        let path = format!("{base}{name}");
        found.push(Found { path, kind, folder: folder.unwrap_or_default(), twin: 0 });
    }
    Ok(())
}

/// A walk under way.
struct Walk<'a> {
    options: &'a SetOptions,
    control: &'a dyn Control,
    folders: &'a [Folder],
    queue: Mutex<Queue>,
    changed: Condvar,
}

/// A folder to be listed: which of the tree's folders it is or lies in, and its path.
type Listed = (u32, String);

#[derive(Default)]
struct Queue {
    folders: Vec<Listed>,
    /// Threads that are reading a folder and may add some.
    busy: usize,
    stopped: bool,
}

impl<'a> Walk<'a> {
    fn new(options: &'a SetOptions, control: &'a dyn Control, folders: &'a [Folder]) -> Walk<'a> {
        Walk { options, control, folders, queue: Mutex::default(), changed: Condvar::new() }
    }

    /// What lies in the folders and below them, in groups, each sorted.
    fn run(&self, mut folders: Vec<Listed>, threads: usize) -> Result<Vec<Vec<Found>>, Error> {
        let mut found = Vec::new();
        // A small tree is done before a thread has started.
        while let Some(folder) = folders.pop() {
            if self.control.cancelled() {
                return Err(Error::Cancelled);
            }
            found.push(self.list(&folder, &mut folders));
            if folders.len() >= PARALLEL_FOLDERS && threads > 1 {
                break;
            }
        }
        if folders.is_empty() {
            return Ok(found);
        }
        lock(&self.queue).folders = folders;
        thread::scope(|scope| {
            let started: Vec<_> = (1..threads)
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, || self.work()).ok())
                .collect();
            found.append(&mut self.work());
            for helper in started {
                match helper.join() {
                    Ok(mut part) => found.append(&mut part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        if self.control.cancelled() { Err(Error::Cancelled) } else { Ok(found) }
    }

    /// One thread's share: takes folders until none is left and nobody may add one.
    fn work(&self) -> Vec<Vec<Found>> {
        let mut found = Vec::new();
        let mut below = Vec::new();
        let mut queue = lock(&self.queue);
        loop {
            if queue.stopped || self.control.cancelled() {
                queue.stopped = true;
                break;
            }
            let Some(folder) = queue.folders.pop() else {
                if queue.busy == 0 {
                    break;
                }
                queue = self.changed.wait(queue).unwrap_or_else(|poison| poison.into_inner());
                continue;
            };
            queue.busy += 1;
            drop(queue);
            let working = Working(self);
            found.push(self.list(&folder, &mut below));
            queue = lock(&self.queue);
            queue.folders.append(&mut below);
            drop(queue);
            drop(working);
            queue = lock(&self.queue);
        }
        drop(queue);
        self.changed.notify_all();
        found
    }

    /// Lists one folder, by the names of what is in it.
    fn list(&self, (folder, path): &Listed, queue: &mut Vec<Listed>) -> Vec<Found> {
        let mut found = Vec::<Found>::new();
        let folder = *folder;
        let base = with_slash(path);
        let Folder { path: root_path, root } = &self.folders[folder as usize];
        let listed = root.each_entry(below(root_path, path), |entry| {
            let path = format!("{base}{}", String::from_utf8_lossy(entry.name));
            match self.kind_of(&entry, path.len()) {
                None if matches!(entry.kind, Ok(place::Kind::Folder)) => {
                    queue.push((folder, path));
                }
                None => {}
                Some(kind) => found.push(Found { path, kind, folder, twin: 0 }),
            }
        });
        if let Err(error) = listed {
            let kind = Kind::Failed(Reason::of_found(&error));
            found.push(Found { path: path.clone(), kind, folder, twin: 0 });
        }
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        number_twins(&mut found);
        found
    }

    /// What becomes of an entry; None for folders and for what is left out.
    fn kind_of(&self, entry: &Entry<'_>, path_bytes: usize) -> Option<Kind> {
        if std::str::from_utf8(entry.name).is_err() {
            return Some(Kind::Failed(Reason::NotUtf8));
        }
        match &entry.kind {
            Ok(place::Kind::Link) if !self.options.links => None,
            Ok(place::Kind::Special) if self.options.skips_special => None,
            Ok(place::Kind::Special) => Some(Kind::Failed(Reason::Special)),
            // It could be opened from a folder on the way, but nobody could check its digest.
            Ok(_) if path_bytes > PATH_BYTES_MAX => Some(Kind::Failed(Reason::NameTooLong)),
            Ok(place::Kind::File) => Some(Kind::File),
            Ok(place::Kind::Link) => Some(Kind::Link),
            Ok(place::Kind::Folder) => None,
            Err(error) => Some(Kind::Failed(Reason::of(error))),
        }
    }
}

/// Tells names apart that are not UTF-8 and look the same; they stand side by side.
fn number_twins(found: &mut [Found]) {
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let (before, one) = (&before[at - 1], &mut rest[0]);
        if one.kind == Kind::Failed(Reason::NotUtf8)
            && before.kind == one.kind
            && before.path == one.path
        {
            one.twin = before.twin + 1;
        }
    }
}

/// A thread that is reading a folder; the others wait for what it may add, even if it panics.
struct Working<'a, 'b>(&'a Walk<'b>);

impl Drop for Working<'_, '_> {
    fn drop(&mut self) {
        lock(&self.0.queue).busy -= 1;
        self.0.changed.notify_all();
    }
}
