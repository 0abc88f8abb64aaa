// Takes the place of `form-data` in the bundle: the HubSpot client wants it for file uploads, which we never do,
// and it would bring a table of all MIME types.
module.exports = class FormData {
	constructor() {
		throw new Error('File uploads are not part of this package');
	}
};
