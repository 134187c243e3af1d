// Says when a new picture came, whoever draws it, and when the frame that shows it was done.
// A picture is new when an <img> has loaded another source, or has it from memory at once, when a
// canvas was given another image, or when the `d` of an SVG path inside an output changed. On a
// page without JupyterLab (`window.alone`) anything may be the picture, and a line drawn on a
// canvas counts as well.
window.probe = (() => {
    let acted = null, changed = null, last = 0, waiting = null;
    const place = window.alone ? "body" : ".jp-OutputArea";
    let pictures = [];
    const change = () => { last = performance.now(); changed ??= last; };

    addEventListener("keydown", event => { acted = event.timeStamp; }, true);
    addEventListener("mousemove", event => { if (event.buttons) acted ??= event.timeStamp; }, true);
    const early = new WeakSet(); // images that were there before they said so
    document.addEventListener("load", event => {
        const { target } = event;
        if (target.tagName === "IMG" && !early.delete(target) && target.closest(place)) change();
    }, true);
    const drawImage = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
        if (source instanceof HTMLImageElement) change();
        return drawImage.call(this, source, ...rest);
    };
    const stroke = CanvasRenderingContext2D.prototype.stroke;
    if (window.alone) CanvasRenderingContext2D.prototype.stroke = function (...given) {
        if (this.canvas.isConnected) change();
        return stroke.apply(this, given);
    };
    new MutationObserver(records => {
        for (const { target, oldValue, attributeName } of records) {
            if (target.getAttribute(attributeName) === oldValue || !target.closest(place)) continue;
            if (attributeName === "d") change();
            else if (target.tagName === "IMG" && target.complete) {
                early.add(target);
                change();
            }
        }
    }).observe(document, { subtree: true, attributeFilter: ["d", "src"], attributeOldValue: true });

    // A task posted from an animation frame runs once that frame has been laid out and painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        if (changed === null) return;
        const picture = { changed, shown: performance.now() };
        changed = null;
        pictures.push(picture);
        if (waiting && acted !== null && picture.changed >= acted) {
            waiting({ changed: picture.changed - acted, shown: picture.shown - acted });
            waiting = null;
        }
    };
    const frame = () => { port2.postMessage(0); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);

    return {
        // Call before a key press or a movement of the mouse; `pressed` then resolves with the
        // milliseconds it took.
        arm() {
            acted = null;
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
        pictures: () => pictures,
    };
})();
