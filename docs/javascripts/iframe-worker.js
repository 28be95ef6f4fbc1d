/* Search where the site is opened from a folder: browsers start no worker for a page of file:,
   so its program runs in a hidden frame. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => this.hear(data);
      this.inside.importScripts = () => Promise.resolve();
      this.started = new Promise((done) => {
        const program = frame.contentDocument.createElement("script");
        program.onload = done;
        program.src = address;
        frame.contentDocument.body.append(program);
      });
    }
    hear(data) {
      const event = new MessageEvent("message", { data });
      this.dispatchEvent(event);
      if (this.onmessage) this.onmessage(event);
    }
    postMessage(data) {
      this.started.then(() =>
        this.inside.dispatchEvent(new this.inside.MessageEvent("message", { data })));
    }
    terminate() {}
  };
}
