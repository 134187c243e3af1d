// Says when a new picture came, whoever draws it, and when the frame that shows it was done.
// A picture is new when an <img> has loaded another source, when a canvas was given another
// image, or when the `d` of an SVG path inside an output changed.
window.probe = (() => {
    let keydown = null, changed = null, last = 0, waiting = null;
    let pictures = [];
    const change = () => { last = performance.now(); changed ??= last; };

    addEventListener("keydown", event => { keydown = event.timeStamp; }, true);
    document.addEventListener("load", event => {
        if (event.target.tagName === "IMG" && event.target.closest(".jp-OutputArea")) change();
    }, true);
    const drawImage = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
        if (source instanceof HTMLImageElement) change();
        return drawImage.call(this, source, ...rest);
    };
    new MutationObserver(records => {
        for (const { target, oldValue } of records)
            if (target.getAttribute("d") !== oldValue && target.closest(".jp-OutputArea")) return change();
    }).observe(document, { subtree: true, attributeFilter: ["d"], attributeOldValue: true });

    // A task posted from an animation frame runs once that frame has been laid out and painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        if (changed === null) return;
        const picture = { changed, shown: performance.now() };
        changed = null;
        pictures.push(picture);
        if (waiting && keydown !== null && picture.changed >= keydown) {
            waiting({ changed: picture.changed - keydown, shown: picture.shown - keydown });
            waiting = null;
        }
    };
    const frame = () => { port2.postMessage(0); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);

    return {
        // Call before a key press; `pressed` then resolves with the milliseconds it took.
        arm() {
            keydown = null;
            this.pressed = new Promise((resolve, reject) => {
                waiting = resolve;
                setTimeout(() => reject(new Error("no picture came within 20 s")), 20_000);
            });
        },
        // Resolves when no picture has come for `silence` milliseconds.
        quiet(silence) {
            return new Promise(resolve => {
                const look = () => performance.now() - last > silence ? resolve() : setTimeout(look, 5);
                look();
            });
        },
        begin() { pictures = []; return performance.now(); },
        pictures: () => pictures.map(picture => picture.shown),
    };
})();
