//! What a column of a batch holds: single values, or lists of them.

use crate::values::Type;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Of the values, or of the items of lists.
    pub item: Type,
    pub is_list: bool,
}

impl Kind {
    pub const TEXT: Kind = Kind { item: Type::Utf8, is_list: false };

    pub fn one(item: Type) -> Kind {
        Kind { item, is_list: false }
    }

    pub fn list(item: Type) -> Kind {
        Kind { item, is_list: true }
    }

    /// Whether the column holds numbers.
    pub fn is_number(self) -> bool {
        !self.is_list && self.item.is_number()
    }

    /// The name by which a caller declares it.
    pub fn declared_name(self) -> String {
        let item = self.item.declared_name();
        if self.is_list { format!("list<{item}>") } else { item.into_owned() }
    }
}
