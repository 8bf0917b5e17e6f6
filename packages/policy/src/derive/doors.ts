/** The API actions that open an interactive way to the same data (row 1.27): what every wall must speak about. */

/** Mint and use of a Studio URL share this one action (rows 1.13, 1.17). */
export const presignDomain = 'sagemaker:CreatePresignedDomainUrl'

/** Doors that Studio Gate opens to nobody. */
export const otherDoors = [
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  'sagemaker:CreatePresignedMlflowAppUrl',
  'sagemaker:CreatePresignedMlflowTrackingServerUrl',
  'sagemaker:CreatePartnerAppPresignedUrl',
  'sagemaker:CreateHubContentPresignedUrls',
  'sagemaker:StartSession',
] as const

export const doors = [presignDomain, ...otherDoors] as const
