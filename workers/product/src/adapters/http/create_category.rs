//! `POST /categories`. One batch.

use kernel::text::Name;
use serde::Deserialize;
use web::{Context, Created, FieldError, Json, Problem, ProblemCode};

use crate::adapters::store::SqlCategories;
use crate::adapters::wire::CategoryJson;
use crate::application::create_category::{CreateCategoryError, NewCategory, create_category};
use crate::domain::product::Category;
use crate::domain::slug::slug;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CategoryBody {
    name: Name,
    /// The category above, by name or slug.
    parent: Option<Name>,
}

/// Answers 201 with the category, 409 `CATEGORY_EXISTS` when one has the same slug, 422.
pub(super) async fn handle(
    context: Context,
    Json(body): Json<CategoryBody>,
) -> Result<Created<CategoryJson>, Problem> {
    let category = Category::new(body.name).map_err(|error| Problem::field("/name", error.to_string()))?;
    let parent = body.parent.map(|parent| slug(parent.as_str()));
    let new = NewCategory { id: context.new_id(), category, parent, created_at: context.now() };
    create_category(&SqlCategories::new(&context), &new).await.map_err(problem)?;
    Ok(Created(CategoryJson::from(&new)))
}

fn problem(error: CreateCategoryError) -> Problem {
    match error {
        CreateCategoryError::Exists => {
            Problem::new(ProblemCode::CategoryExists, "There is a category with this name.")
                .with_errors(vec![FieldError::new("/name", "is another category's")])
        }
        CreateCategoryError::UnknownParent => Problem::field("/parent", "is not a category"),
        CreateCategoryError::Failure(failure) => failure.into(),
    }
}
