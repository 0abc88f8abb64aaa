// Takes the place of optional parts of a library that are never reached here (pg on Cloudflare, native pg).
module.exports = {};
