import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

/** Amazon ECR, `DescribeImages` in AWS JSON 1.1. Signed for the service `ecr` (Signature Version 4). */
export const ecr: Contract = {
	vendor: 'Amazon ECR',
	sources: [
		{ url: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html', read },
		{ url: 'pypi botocore 1.43.107, data/ecr/2015-09-21/service-2.json (AWS’s own model)', read },
		{ url: 'https://github.com/n8n-io/n8n/pull/34081', read },
	],
	refusal: z.object({ __type: z.string(), message: z.string().optional() }),
	exchanges: [
		{
			name: 'describe images',
			method: 'POST',
			path: '/',
			operation: 'DescribeImages',
			headers: z.object({
				'x-amz-target': z.literal('AmazonEC2ContainerRegistry_V20150921.DescribeImages'),
				'content-type': z.string().startsWith('application/x-amz-json-1.1'),
			}),
			request: z
				.object({
					repositoryName: z.string().min(2).max(256),
					imageIds: z
						.array(z.object({ imageTag: z.string().min(1).max(300) }).strict())
						.min(1)
						.max(100)
						.optional(),
					// Not together with imageIds.
					maxResults: z.number().int().min(1).max(1000).optional(),
					nextToken: z.string().optional(),
				})
				.strict(),
			answers: {
				200: z.object({
					imageDetails: z.array(
						z.object({
							registryId: z.string(),
							repositoryName: z.string(),
							imageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
							imageTags: z.array(z.string()),
							imageSizeInBytes: z.number(),
							imagePushedAt: z.number(),
						}),
					),
				}),
			},
		},
	],
};
