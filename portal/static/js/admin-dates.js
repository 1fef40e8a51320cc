// A date that the calendar of Wagtail's fields cannot read stays as it was typed, for the server to refuse: by default
// the calendar puts today in its place without a word.
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
