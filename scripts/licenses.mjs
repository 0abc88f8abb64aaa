// Collects the notices of every library that went into the bundle.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes `file` from the bundled packages; a library without a notice of its own is named with its licence. */
export const writeLicenses = (packages, file) => {
	const notices = packages.map(({ folder, name, version, license }) => {
		const notice = readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name))
			.map(({ name: file }) => file)
			.sort();
		const texts = notice.map((entry) => readFileSync(path.join(folder, entry), 'utf8').trim());
		const text =
			texts.length > 0 ? texts.join('\n\n') : `Licensed under ${license}; the package has no notice file.`;
		return { title: `${name} ${version}`, text };
	});
	const bar = '-'.repeat(80);
	writeFileSync(file, notices.map(({ title, text }) => `${bar}\n${title}\n${bar}\n\n${text}\n`).join('\n'));
};
