//! Writes the description's files.

fn main() -> anyhow::Result<()> {
    description::write()
}
