import { describe, expect, it } from '@jest/globals';
import { documentHashes, documentsIn } from '../../../../core/release/prepare/documents';

const hash = 'a'.repeat(64);
const link = 'https://github.com/acme/docs/blob/main/runbook.md';

describe('what is said of documents', () => {
	it('takes links by kind, the rest as the reason, and hashes only of what a machine read', () => {
		const hashes = documentHashes([{ link, sha256: hash }]);
		const text = `Runbook: ${link}\nplaybooks: https://wiki.example.com/p\nThe others say\nnothing of it.`;
		expect(documentsIn(text, hashes)).toEqual({
			documents: [
				{ kind: 'runbook', link, sha256: hash },
				{ kind: 'playbooks', link: 'https://wiki.example.com/p' },
			],
			othersStayBecause: 'The others say nothing of it.',
		});
	});

	it('takes no hash from a person', () => {
		const { documents, othersStayBecause } = documentsIn(
			`runbook: ${link} ${hash}\nrunbook: ${link}#${hash}`,
		);
		expect(documents).toEqual([{ kind: 'runbook', link: `${link}#${hash}` }]);
		expect(othersStayBecause).toContain(hash);
	});

	it('refuses what a machine could not read, with the link and the reason', () => {
		expect(() => documentHashes([{ link, error: 'Not Found' }])).toThrow(
			expect.objectContaining({
				code: 'prepare-document-unread',
				message: `The document ${link} could not be read by a machine: Not Found`,
			}),
		);
	});

	it.each([
		['no list', {}],
		['a word', 'yes'],
		['no hash', [{ link, sha256: 'abc' }]],
		['neither', [{ link }]],
		['both', [{ link, sha256: hash, error: 'x' }]],
	])('refuses %s', (_name, value) => {
		expect(() => documentHashes(value)).toThrow(
			expect.objectContaining({ code: 'documents-read-unreadable' }),
		);
	});

	it('knows of nothing read', () => {
		expect(documentHashes(undefined).size).toBe(0);
		expect(documentHashes([]).size).toBe(0);
	});
});
