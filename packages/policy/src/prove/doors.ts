/** Every way to the data of a domain that is opened by an API call (1.13, 1.27 to 1.31). */

/** `prefix`: how its resources begin after the account. */
export interface Door {
  readonly action: string
  readonly prefix: string
}

/** Mint and use of Studio are one action (1.13, 1.17). */
export const studioDoor: Door = { action: 'sagemaker:CreatePresignedDomainUrl', prefix: 'user-profile/' }

/** Doors that no declaration opens. */
export const otherDoors: readonly Door[] = [
  { action: 'sagemaker:CreatePresignedNotebookInstanceUrl', prefix: 'notebook-instance/' },
  { action: 'sagemaker:CreatePresignedMlflowAppUrl', prefix: 'mlflow-app/' },
  { action: 'sagemaker:CreatePresignedMlflowTrackingServerUrl', prefix: 'mlflow-tracking-server/' },
  { action: 'sagemaker:CreatePartnerAppPresignedUrl', prefix: 'partner-app/' },
  { action: 'sagemaker:CreateHubContentPresignedUrls', prefix: 'hub-content/' },
  { action: 'sagemaker:StartSession', prefix: 'space/' },
]
