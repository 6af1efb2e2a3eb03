//! What a till's key permits, and which sequence numbers it takes.

use kernel::Timestamp;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name};

/// By how much a sequence number may be ahead of the highest that has arrived. A number beyond that is not taken:
/// otherwise one wrong number would be a gap that no sale ever fills.
pub const JUMP_MAX: i64 = 1000;

/// A till that a manager has bound to a warehouse and a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub terminal_id: Code,
    pub warehouse_id: WarehouseId,
    /// What the shop calls the device: `Tablet at the door`.
    pub device: Name,
    pub enrolled_by: String,
    /// When its last key was issued.
    pub enrolled_at: Timestamp,
    /// Rises with every key that is issued or revoked.
    pub key_version: i64,
    /// When its key was revoked; none while it has a valid one.
    pub revoked_at: Option<Timestamp>,
}

/// What a sale has to know about its till.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct KnownTill {
    pub terminal_id: Code,
    /// The highest sequence number that has arrived.
    pub highest: i64,
    /// The warehouse to which it is bound; none for a till that was never enrolled.
    pub warehouse_id: Option<WarehouseId>,
    pub device: Option<Name>,
    /// The hash of its valid key.
    pub key_hash: Option<String>,
    /// Rises with every key that is issued or revoked.
    pub key_version: i64,
}

/// Why a sale that needs the key of its till is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    #[error("the key of the till is missing")]
    Missing,
    /// Another till's key, an old one, or a revoked one.
    #[error("the key is not valid for this till")]
    Invalid,
    #[error("the till is enrolled in another warehouse")]
    OtherWarehouse,
}

/// Whether a key belongs to a till in a warehouse.
pub fn check_key(
    till: Option<&KnownTill>,
    key_hash: Option<&str>,
    warehouse_id: WarehouseId,
) -> Result<(), KeyRefused> {
    let key_hash = key_hash.ok_or(KeyRefused::Missing)?;
    let till = till.filter(|till| till.key_hash.as_deref() == Some(key_hash)).ok_or(KeyRefused::Invalid)?;
    if till.warehouse_id == Some(warehouse_id) { Ok(()) } else { Err(KeyRefused::OtherWarehouse) }
}

/// Why a sale does not take the sequence number that it names. The sale itself is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberNotTaken {
    /// The numbers of an enrolled till belong to its key.
    #[error("the sequence number {0} was sent without the key of the till")]
    WithoutKey(i64),
    #[error("the sequence number {number} is too far beyond {highest}, the highest so far")]
    TooFar { number: i64, highest: i64 },
    /// Another sale has it.
    #[error("the sequence number {0} belongs to another sale")]
    Used(i64),
}

/// Whether a sale takes the sequence number that it names.
pub fn check_number(till: Option<&KnownTill>, has_key: bool, number: i64) -> Result<(), NumberNotTaken> {
    let highest = till.map_or(0, |till| till.highest);
    if till.is_some_and(|till| till.device.is_some()) && !has_key {
        return Err(NumberNotTaken::WithoutKey(number));
    }
    if number > highest.saturating_add(JUMP_MAX) {
        return Err(NumberNotTaken::TooFar { number, highest });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "0193e9a0-0000-7000-8000-00000000a001";
    const THERE: &str = "0193e9a0-0000-7000-8000-00000000a002";

    fn warehouse(id: &str) -> WarehouseId {
        WarehouseId::parse(id).unwrap()
    }

    fn till(key: Option<&str>, enrolled: bool) -> KnownTill {
        KnownTill {
            terminal_id: Code::parse("T1").unwrap(),
            highest: 7,
            warehouse_id: enrolled.then(|| warehouse(HERE)),
            device: enrolled.then(|| Name::parse("Tablet").unwrap()),
            key_hash: key.map(str::to_owned),
            key_version: 1,
        }
    }

    #[test]
    fn a_key_opens_its_own_till_in_its_own_warehouse() {
        use KeyRefused::{Invalid, Missing, OtherWarehouse};
        for (till, key, place, expected) in [
            (Some(till(Some("k"), true)), Some("k"), HERE, Ok(())),
            (Some(till(Some("k"), true)), Some("k"), THERE, Err(OtherWarehouse)),
            (Some(till(Some("k"), true)), Some("other"), HERE, Err(Invalid)),
            (Some(till(Some("k"), true)), None, HERE, Err(Missing)),
            (Some(till(None, true)), Some("k"), HERE, Err(Invalid)),
            (Some(till(None, false)), Some("k"), HERE, Err(Invalid)),
            (None, Some("k"), HERE, Err(Invalid)),
            (None, None, HERE, Err(Missing)),
        ] {
            assert_eq!(check_key(till.as_ref(), key, warehouse(place)), expected, "{till:?} {key:?}");
        }
    }

    #[test]
    fn a_number_is_taken_with_the_key_and_within_the_bound() {
        use NumberNotTaken::{TooFar, WithoutKey};
        let highest = 7;
        for (till, has_key, number, expected) in [
            (Some(till(Some("k"), true)), true, 8, Ok(())),
            (Some(till(Some("k"), true)), true, 1007, Ok(())),
            (Some(till(Some("k"), true)), true, 1008, Err(TooFar { number: 1008, highest })),
            (Some(till(Some("k"), true)), false, 8, Err(WithoutKey(8))),
            (Some(till(None, true)), false, 8, Err(WithoutKey(8))),
            (Some(till(None, false)), false, 8, Ok(())),
            (None, false, 1000, Ok(())),
            (None, false, 1_000_000_000, Err(TooFar { number: 1_000_000_000, highest: 0 })),
        ] {
            assert_eq!(check_number(till.as_ref(), has_key, number), expected, "{till:?} {number}");
        }
    }
}
