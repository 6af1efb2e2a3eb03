//! Deliberate faults: what the simulation must find. Each is a small lie of the schema, of a statement or
//! of the world, told in this package only: no line of a service knows of it.

use contracts::Service;

/// A replacement in one of the texts of the house.
struct Edit {
    /// Some words that only the text to change has.
    within: &'static str,
    from: &'static str,
    to: &'static str,
}

macro_rules! mutations {
    ($($(#[$doc:meta])* $name:ident = $word:literal: schema [$($service:ident: $schema_from:literal => $schema_to:literal),*],
        sql [$($within:literal: $from:literal => $to:literal),*];)*) => {
        /// A deliberate fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutation { $($(#[$doc])* $name),* }

        impl Mutation {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name on the command line and in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            pub(super) fn schema(self) -> Vec<(Service, &'static str, &'static str)> {
                match self { $(Self::$name => vec![$((Service::$service, $schema_from, $schema_to)),*]),* }
            }

            pub(super) fn edits(self) -> Vec<Edit> {
                match self { $(Self::$name => vec![$(Edit { within: $within, from: $from, to: $to }),*]),* }
            }
        }
    };
}

mod table;

pub use table::Mutation;

impl Mutation {
    /// The mutation of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mutation| mutation.name() == name)
    }

    /// A service's migrations as they are under this mutation.
    ///
    /// # Errors
    /// When a text to be changed is not there any more: the mutation would be none.
    pub(crate) fn migrations(self, service: Service, scripts: &mut [String]) -> Result<(), String> {
        for (_, from, to) in self.schema().into_iter().filter(|(owner, _, _)| *owner == service) {
            let mut found = false;
            // A later script may write a trigger anew.
            for script in scripts.iter_mut().filter(|script| script.contains(from)) {
                *script = script.replace(from, to);
                found = true;
            }
            if !found {
                return Err(format!("{}: the schema of {service} has no “{from}”", self.name()));
            }
        }
        Ok(())
    }

    /// A statement as it is under this mutation; none when it stays.
    pub(crate) fn statement(self, text: &str) -> Option<String> {
        let edits = self.edits();
        let edit = edits.iter().find(|edit| text.contains(edit.within) && text.contains(edit.from))?;
        Some(text.replace(edit.from, edit.to))
    }
}
