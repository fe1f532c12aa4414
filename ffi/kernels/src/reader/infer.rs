//! What types the columns have seen.

use std::collections::HashMap;

use crate::block::{Block, Kind, Span};
use crate::values::{Flags, Type, classify, type_of};

use super::options::Options;

/// What was seen of one column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub flags: Flags,
    pub nulls: usize,
    /// Quoted empty fields: texts in a utf8 column, nulls in any other.
    quoted_empty: usize,
}

impl Seen {
    /// The type of all values so far; no further value changes a utf8 that has seen one.
    pub fn kind(&self) -> Type {
        type_of(self.flags)
    }

    /// Nulls of a column that becomes a `kind`.
    pub fn nulls_as(&self, kind: Type) -> usize {
        if kind == Type::Utf8 { self.nulls } else { self.nulls + self.quoted_empty }
    }

    /// Notes more fields of the column. With `has_type` only nulls are counted.
    pub fn observe(&mut self, block: &Block, spans: &[Span], has_type: bool) {
        for chunk in spans.chunks(4096) {
            let is_settled = has_type || (self.kind() == Type::Utf8 && self.flags.0 != 0);
            if is_settled {
                self.count(chunk);
            } else {
                self.classify(block, chunk);
            }
        }
    }

    fn count(&mut self, spans: &[Span]) {
        for span in spans {
            match span.kind() {
                Kind::Null => self.nulls += 1,
                Kind::Quoted if span.is_empty() => self.quoted_empty += 1,
                _ => {}
            }
        }
    }

    fn classify(&mut self, block: &Block, spans: &[Span]) {
        let mut flags = self.flags;
        for &span in spans {
            match span.kind() {
                Kind::Null => self.nulls += 1,
                Kind::Quoted if span.is_empty() => self.quoted_empty += 1,
                Kind::Bare | Kind::Quoted | Kind::Number => {
                    flags.add(&classify(block.text(span)));
                }
                Kind::String | Kind::Nested => flags.join(Flags(Flags::TEXT)),
                Kind::Literal => flags.join(Flags(Flags::BOOL)),
            }
        }
        self.flags = flags;
    }
}

/// What was seen of every column.
#[derive(Debug, Default)]
pub(super) struct Inference {
    pub columns: Vec<Seen>,
    pub rows: usize,
}

impl Inference {
    /// Notes the first `rows` rows of a block whose columns have these names.
    pub fn observe(&mut self, block: &Block, names: &[String], rows: usize, options: &Options) {
        // A key first seen now was missing in every row before.
        let late = Seen { nulls: self.rows, ..Seen::default() };
        self.columns.resize(names.len(), late);
        let columns = self.columns.iter_mut().zip(&block.columns);
        for ((seen, spans), name) in columns.zip(names) {
            if options.is_skipped(name) {
                continue;
            }
            let has_type = options.all_text || options.declared_type(name).is_some();
            match &options.numbers {
                Some(style) if !has_type => {
                    let (block, spans) = style.view(block, &spans[..rows]);
                    seen.observe(&block, &spans, has_type);
                }
                _ => seen.observe(block, &spans[..rows], has_type),
            }
        }
        self.rows += rows;
    }

    /// Joins what was seen of the rows behind these; `names` grows by the names that are new.
    pub fn join(&mut self, names: &mut Vec<String>, more_names: &[String], more: &Inference) {
        let before = Seen { nulls: self.rows, ..Seen::default() };
        self.columns.resize(names.len(), before);
        let mut is_missing = vec![true; names.len()];
        let is_front = names.starts_with(more_names);
        let mut places: HashMap<String, usize> = match is_front {
            true => HashMap::new(),
            false => names.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect(),
        };
        for (index, (name, seen)) in more_names.iter().zip(&more.columns).enumerate() {
            let place = if is_front { Some(index) } else { places.get(name).copied() };
            let place = place.unwrap_or_else(|| {
                places.insert(name.clone(), names.len());
                names.push(name.clone());
                self.columns.push(before);
                is_missing.push(true);
                names.len() - 1
            });
            is_missing[place] = false;
            let own = &mut self.columns[place];
            own.flags.join(seen.flags);
            own.nulls += seen.nulls;
            own.quoted_empty += seen.quoted_empty;
        }
        for (own, _) in self.columns.iter_mut().zip(&is_missing).filter(|(_, missing)| **missing) {
            own.nulls += more.rows;
        }
        self.rows += more.rows;
    }

    /// The type of each column: the declared one, else the join of its values.
    pub fn types(&self, names: &[String], options: &Options) -> Vec<Type> {
        let columns = names.iter().zip(&self.columns);
        columns
            .map(|(name, seen)| match options.declared_type(name) {
                Some(kind) => kind,
                None if options.all_text => Type::Utf8,
                None => seen.kind(),
            })
            .collect()
    }
}
