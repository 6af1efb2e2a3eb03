//! The style and the script, both ours. Their names change with their bytes, so browsers keep them for good. The shop's
//! colour is part of the style: no page has a style of its own.

use std::hash::{DefaultHasher, Hasher as _};

use crate::domain::settings::Settings;

const STYLE: &str = include_str!("../../assets/shop.css");
const SCRIPT: &str = include_str!("../../assets/shop.js");

/// A file with its media type.
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) media: &'static str,
    pub(crate) body: String,
}

fn asset(ending: &str, media: &'static str, body: String) -> Asset {
    let mut hasher = DefaultHasher::new();
    hasher.write(body.as_bytes());
    Asset { name: format!("shop-{:016x}.{ending}", hasher.finish()), media, body }
}

/// The style of a shop.
pub(crate) fn style(settings: &Settings) -> Asset {
    let (colour, on) = (&settings.colour, settings.on_colour());
    let body = format!(":root{{--brand:{colour};--on-brand:{on}}}\n{STYLE}");
    asset("css", "text/css; charset=utf-8", body)
}

/// The script.
pub(crate) fn script() -> Asset {
    asset("js", "text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// The file of a name.
pub(crate) fn find(settings: &Settings, name: &str) -> Option<Asset> {
    [style(settings), script()].into_iter().find(|asset| asset.name == name)
}
