// Stands for style sheets, images and the Monaco editor in tests.
module.exports = {};
