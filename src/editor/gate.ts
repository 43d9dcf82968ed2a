/** Opens once; who comes before then waits. */
export class Gate {
  isOpen = false;
  readonly opened: Promise<void>;
  private resolve: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  open(): void {
    this.isOpen = true;
    this.resolve();
  }
}
