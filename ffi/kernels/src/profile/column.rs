//! One column on its way through the rows: distinct texts first, a list of values where those
//! are many numbers or times, sketches where neither fits the memory.

use crate::block::{Block, Kind, Span};
use crate::control::Control;
use crate::fault::Error;
use crate::values::{Class, classify};

use super::figures::Figures;
use super::finish::Kept;
use super::list::{Form, List};
use super::sketch::Sketch;
use super::sort::Poll;
use super::texts::Texts;

/// Distinct texts at which a column first asks whether a list would be smaller.
const CHECKPOINT_FIRST: usize = 16_384;

/// The state of a column.
pub struct Column {
    kept: Kept,
    checkpoint: usize,
    sketch: Option<Box<Sketch>>,
    /// What the last piece of work took; the next one's guess.
    pub nanos: u64,
}

/// Fields of a block that the loops below look at.
struct Fields<'a> {
    block: &'a Block,
    spans: &'a [Span],
}

impl<'a> Fields<'a> {
    /// Calls `visit` with the kind and text of every field that has a text, until it says stop.
    /// Counts the others. Gives the number of fields seen.
    #[inline(always)]
    fn visit(
        &self,
        nulls: &mut u64,
        quoted_empty: &mut u64,
        mut visit: impl FnMut(Kind, &'a [u8]) -> Result<bool, Error>,
    ) -> Result<usize, Error> {
        for (index, &span) in self.spans.iter().enumerate() {
            let kind = span.kind();
            if kind == Kind::Null {
                *nulls += 1;
            } else if kind == Kind::Quoted && span.is_empty() {
                *quoted_empty += 1;
            } else if !visit(kind, self.block.text(span))? {
                return Ok(index + 1);
            }
        }
        Ok(self.spans.len())
    }
}

/// Strings and nested values of JSON are text whatever they spell.
#[inline(always)]
fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::Nested)
}

impl Column {
    /// A column that was absent in the first `nulls` rows.
    pub fn new(nulls: u64) -> Column {
        Column {
            kept: Kept { nulls, ..Kept::default() },
            checkpoint: CHECKPOINT_FIRST,
            sketch: None,
            nanos: 0,
        }
    }

    /// What the memory rule counts.
    pub fn logical_bytes(&self) -> u64 {
        self.kept.texts.logical_bytes() + self.kept.list.as_ref().map_or(0, List::logical_bytes)
    }

    /// Takes the fields of a block's column; a column the block does not know is null.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn push(
        &mut self,
        block: &Block,
        column: usize,
        control: &dyn Control,
    ) -> Result<(), Error> {
        let Some(spans) = block.columns.get(column) else {
            self.kept.nulls += block.rows as u64;
            return Ok(());
        };
        let mut spans = &spans[..block.rows];
        while !spans.is_empty() {
            let fields = Fields { block, spans };
            let taken = if self.sketch.is_some() {
                self.push_sketch(&fields)?
            } else if self.kept.list.is_some() {
                self.push_list(&fields, control)?
            } else {
                self.push_texts(&fields, control)?
            };
            spans = &spans[taken..];
        }
        Ok(())
    }

    fn push_texts(&mut self, fields: &Fields, control: &dyn Control) -> Result<usize, Error> {
        let Kept { flags, nulls, quoted_empty, texts, list } = &mut self.kept;
        let checkpoint = &mut self.checkpoint;
        fields.visit(nulls, quoted_empty, |kind, text| {
            if is_text(kind) {
                flags.add(&Class::Text);
            }
            if texts.add(text, control)? {
                if !is_text(kind) {
                    flags.add(&classify(text));
                }
                if texts.len() > *checkpoint {
                    *list = convert(texts, control)?;
                    *checkpoint *= 2;
                    return Ok(list.is_none());
                }
            }
            Ok(true)
        })
    }

    fn push_list(&mut self, fields: &Fields, control: &dyn Control) -> Result<usize, Error> {
        let Kept { flags, nulls, quoted_empty, texts, list } = &mut self.kept;
        let Some(list) = list else { return Ok(0) };
        list.reserve(fields.spans.len())?;
        fields.visit(nulls, quoted_empty, |kind, text| {
            let class = classify(text);
            flags.add(if is_text(kind) { &Class::Text } else { &class });
            if !list.push(text, &class)? {
                texts.add(text, control)?;
            }
            Ok(true)
        })
    }

    fn push_sketch(&mut self, fields: &Fields) -> Result<usize, Error> {
        let Kept { flags, nulls, quoted_empty, .. } = &mut self.kept;
        let Some(sketch) = &mut self.sketch else { return Ok(0) };
        fields.visit(nulls, quoted_empty, |kind, text| {
            let mut class = Class::Text;
            if !sketch.is_settled() {
                if !is_text(kind) {
                    class = classify(text);
                }
                let before = *flags;
                flags.add(&class);
                if *flags != before {
                    sketch.settle(*flags);
                }
            }
            sketch.add(text, &class)?;
            Ok(true)
        })
    }

    /// A block of 65,536 rows is at its end.
    pub fn end_block(&mut self) {
        if let Some(sketch) = &mut self.sketch {
            sketch.end_block();
        }
    }

    /// Gives up the exact state.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn make_sketch(&mut self, control: &dyn Control) -> Result<(), Error> {
        let mut exact = Kept { flags: self.kept.flags, ..Kept::default() };
        std::mem::swap(&mut exact.texts, &mut self.kept.texts);
        std::mem::swap(&mut exact.list, &mut self.kept.list);
        self.sketch = Some(Box::new(Sketch::of(exact, control)?));
        Ok(())
    }

    /// The figures after `rows` rows in all. Leaves nothing behind.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn finish(&mut self, rows: u64, control: &dyn Control) -> Result<Figures, Error> {
        let kept = std::mem::take(&mut self.kept);
        match self.sketch.take() {
            None => kept.finish(control),
            Some(sketch) => {
                let values = rows - kept.nulls - kept.quoted_empty;
                sketch.finish(kept.flags, values, kept.nulls, kept.quoted_empty)
            }
        }
    }
}

/// The fitting texts as a list, if most texts fit one form and the list is no larger than they.
/// They leave the map then.
fn convert(texts: &mut Texts, control: &dyn Control) -> Result<Option<List>, Error> {
    // For each form: distinct texts that fit, values, logical bytes of the texts.
    let mut poll = Poll::new(control);
    let mut fits = [(0usize, 0u64, 0u64); Form::ALL.len()];
    for (text, count) in texts.iter() {
        let class = classify(text);
        for (form, fit) in Form::ALL.into_iter().zip(&mut fits) {
            if form.fit(text, &class).is_some() {
                *fit = (fit.0 + 1, fit.1 + count, fit.2 + 16 + text.len() as u64);
            }
        }
        poll.tick()?;
    }
    let mut best = 0;
    for form in 1..fits.len() {
        best = if fits[form].0 > fits[best].0 { form } else { best };
    }
    let (distinct, values, bytes) = fits[best];
    if distinct * 2 <= texts.len() || values * 8 > bytes {
        return Ok(None);
    }
    let mut list = List::new(Form::ALL[best]);
    list.reserve(values as usize)?;
    let mut rest = Texts::default();
    for (text, count) in texts.iter() {
        let class = classify(text);
        if !list.push(text, &class)? {
            rest.add_new(text, count, control)?;
            continue;
        }
        for _ in 1..count {
            list.push(text, &class)?;
        }
        poll.tick()?;
    }
    *texts = rest;
    Ok(Some(list))
}
