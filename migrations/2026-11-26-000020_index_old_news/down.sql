DROP INDEX changes_by_age;
