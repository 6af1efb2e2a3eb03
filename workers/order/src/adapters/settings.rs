//! The settings of the shop that concern its tills. Each has a default; one that is set and cannot be read is a defect.

use kernel::Failure;
use web::Context;

use crate::domain::as_told::Limits;

/// By how much an offline sale may differ before a manager has to settle it.
pub(crate) fn offline_limits(context: &Context) -> Result<Limits, Failure> {
    Ok(Limits {
        price_percent: number(context, "OFFLINE_PRICE_PERCENT_MAX", 20)?,
        discount_percent: number(context, "OFFLINE_DISCOUNT_PERCENT_MAX", 20)?,
        shortage_units: number(context, "OFFLINE_SHORTAGE_UNITS_MAX", 20)?,
    })
}

/// Whether an online sale needs the key of an enrolled till, too.
pub(crate) fn key_required(context: &Context) -> Result<bool, Failure> {
    match setting(context, "TILL_KEY_REQUIRED").as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Failure::Defect("the setting TILL_KEY_REQUIRED is neither true nor false".to_owned())),
    }
}

fn setting(context: &Context, name: &str) -> Option<String> {
    context.world.setting(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn number(context: &Context, name: &str, default: i64) -> Result<i64, Failure> {
    let Some(value) = setting(context, name) else { return Ok(default) };
    let number = value.parse::<i64>().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| Failure::Defect(format!("the setting {name} is no whole number from 0")))
}
