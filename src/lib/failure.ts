// A run that failed though neither the input nor the model is wrong: an emulated CPU died, two runs differ.

/** Ends the run with one line and exit status 1. */
export class Failure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Failure';
  }
}
