mod dispute_categories;
mod policies;
