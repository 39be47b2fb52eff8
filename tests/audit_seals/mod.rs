//! The record is sealed: whoever changes it afterwards is found out, by the API and by two files.

mod bucket;
mod desk;
mod files;
mod sealing;
mod table;
