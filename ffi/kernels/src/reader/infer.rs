//! What types the columns have seen.

use std::collections::HashMap;

use crate::block::{Block, Kind, Span};
use crate::ndjson::{Item, Items};
use crate::values::{Flags, classify, type_of};

use super::kind::Kind as ColumnKind;
use super::options::Options;

/// What was seen of one column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub flags: Flags,
    pub nulls: usize,
    /// Whether arrays of single values were seen, and what their items are.
    are_lists: bool,
    items: Flags,
    /// Quoted empty fields: texts in a utf8 column, nulls in any other.
    quoted_empty: usize,
}

impl Seen {
    /// The type of all values so far; no further value changes a utf8 that has seen one.
    pub fn kind(&self) -> ColumnKind {
        if self.are_lists && self.flags.0 == 0 {
            return ColumnKind::list(type_of(self.items));
        }
        ColumnKind::one(type_of(self.flags))
    }

    /// Whether it is text, whatever follows.
    fn is_settled(&self) -> bool {
        self.flags.0 != 0 && self.kind() == ColumnKind::TEXT
    }

    /// A list and a single value in one column are text.
    fn join_lists(&mut self) {
        if self.are_lists && self.flags.0 != 0 {
            self.flags.join(Flags(Flags::TEXT));
        }
    }

    /// Nulls of a column that becomes a `kind`.
    pub fn nulls_as(&self, kind: ColumnKind) -> usize {
        if kind == ColumnKind::TEXT { self.nulls } else { self.nulls + self.quoted_empty }
    }

    /// Notes more fields of the column. With `has_type` only nulls are counted.
    pub fn observe(&mut self, block: &Block, spans: &[Span], has_type: bool, finds_lists: bool) {
        for chunk in spans.chunks(4096) {
            if has_type || self.is_settled() {
                self.count(chunk);
            } else if finds_lists {
                self.classify_lists(block, chunk);
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

    /// The same where arrays may be lists.
    fn classify_lists(&mut self, block: &Block, spans: &[Span]) {
        for &span in spans {
            let text = block.text(span);
            if span.kind() != Kind::Nested || text[0] != b'[' {
                self.classify(block, &[span]);
                continue;
            }
            self.are_lists = true;
            for item in Items::of(text) {
                match item {
                    Item::Null => {}
                    Item::Plain(Kind::Number, start, end) => {
                        self.items.add(&classify(&text[start..end]));
                    }
                    Item::Plain(Kind::Literal, ..) => self.items.join(Flags(Flags::BOOL)),
                    Item::Plain(..) | Item::Escaped(..) => self.items.join(Flags(Flags::TEXT)),
                    Item::Nested => self.flags.join(Flags(Flags::TEXT)),
                }
            }
        }
        self.join_lists();
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
                    seen.observe(&block, &spans, has_type, false);
                }
                _ => seen.observe(block, &spans[..rows], has_type, options.finds_lists),
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
            own.items.join(seen.items);
            own.are_lists |= seen.are_lists;
            own.join_lists();
            own.nulls += seen.nulls;
            own.quoted_empty += seen.quoted_empty;
        }
        for (own, _) in self.columns.iter_mut().zip(&is_missing).filter(|(_, missing)| **missing) {
            own.nulls += more.rows;
        }
        self.rows += more.rows;
    }

    /// The type of each column: the declared one, else the join of its values.
    pub fn types(&self, names: &[String], options: &Options) -> Vec<ColumnKind> {
        let columns = names.iter().zip(&self.columns);
        columns
            .map(|(name, seen)| match options.declared_type(name) {
                Some(kind) => kind,
                None if options.all_text => ColumnKind::TEXT,
                None => seen.kind(),
            })
            .collect()
    }
}
