"""From a LabSpec to the files of a lab. Pure: no engine, no disk but the templates."""
