const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * Text for HTML and SVG, in elements and in quoted attributes. Control characters (which XML forbids) and the marks
 * that turn the direction of writing around become a replacement character, so that a name cannot forge another.
 */
export function escape(text: string): string {
	return text
		.replace(
			/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
			'\ufffd',
		)
		.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
