//! `POST /categories`. One batch.

use kernel::Timestamp;
use kernel::ids::CategoryId;
use kernel::text::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Context, Created, FieldError, Json, Present, Problem, ProblemCode, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::create_category::{CreateCategoryError, create_category};
use crate::domain::product::{Category, ListedCategory};
use crate::domain::slug::slug;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/categories", grants::CATALOGUE_WRITE, "Add a category.", handle)
            .problems(&[ProblemCode::CategoryExists]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreateCategory")]
pub(super) struct CategoryBody {
    name: Name,
    /// The category above, by name or slug.
    parent: Option<Name>,
}

/// A category.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Category")]
pub(super) struct CategoryJson {
    pub(super) id: CategoryId,
    pub(super) name: Name,
    pub(super) slug: String,
    pub(super) parent: Option<String>,
    pub(super) created_at: Timestamp,
}

impl From<ListedCategory> for CategoryJson {
    fn from(listed: ListedCategory) -> Self {
        let ListedCategory { id, category, parent, created_at } = listed;
        Self { id, name: category.name, slug: category.slug, parent, created_at }
    }
}

const CREATED: Present<ListedCategory> =
    Present::new(|category| Created(CategoryJson::from(category.clone())).into_response());

async fn handle(context: Context, Json(body): Json<CategoryBody>) -> Result<Created<CategoryJson>, Problem> {
    let category = Category::new(body.name).map_err(|error| Problem::field("/name", error.to_string()))?;
    let parent = body.parent.map(|parent| slug(parent.as_str()));
    let new = ListedCategory { id: context.new_id()?, category, parent, created_at: context.now() };
    create_category(&Store::answering(&context, CREATED), &new).await.map_err(problem)?;
    Ok(Created(new.into()))
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
