// Made of clients/typescript/src/address.ts by `npm run page` in extension.
var addresses = (function(exports) {
	Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
	// ../clients/typescript/src/handle.ts
	/** Handles of channels, as they are compared. The server has the same rules (common/ids.py). */
	var HANDLE = /^[\p{L}\p{M}\p{N}_\-.\u00b7\u30fb\u200c\u200d]{1,64}$/u;
	var PLAIN = /^@?[A-Za-z0-9_.-]{1,64}$/;
	var SPACE = /[\s\x1c-\x1f\x85]/;
	var LATIN_WITH_MARKS = /([a-z\u00e6\u00f8\u0292])[\u0300-\u036f]+/g;
	/**
	* The one form of a handle, with its @: any spelling of it gives the same text. Latin letters lose
	* their accents, since YouTube gives `@cafécon` and `@cafecon` to one channel; other scripts keep
	* their marks. Undefined for what is no handle, or has a character that this browser does not know.
	*/
	function normaliseHandle(text) {
		if (PLAIN.test(text)) return `@${text.replace("@", "").toLowerCase()}`;
		const decoded = percentDecoded(trimmed(text, SPACE));
		if (decoded === void 0) return void 0;
		const handle = folded(trimmed(decoded, SPACE).replace(/^@/, ""));
		return HANDLE.test(handle) ? `@${handle}` : void 0;
	}
	/** The text; undefined if a percent sign begins no byte, or the bytes are not UTF-8. */
	function percentDecoded(text) {
		try {
			return decodeURIComponent(text);
		} catch {
			return;
		}
	}
	/** Without what is around it. A pattern with `+` would take long for many in the middle. */
	function trimmed(text, around) {
		let [from, to] = [0, text.length];
		while (from < to && around.test(text.charAt(from))) from++;
		while (from < to && around.test(text.charAt(to - 1))) to--;
		return text.slice(from, to);
	}
	function folded(text) {
		return foldCase(text.normalize("NFC")).normalize("NFD").replace(LATIN_WITH_MARKS, "$1").normalize("NFC");
	}
	var ASCII = /^[\0-\x7f]*$/;
	/** Unicode's full case folding, which the server uses, made of what JavaScript has. */
	function foldCase(text) {
		if (ASCII.test(text)) return text.toLowerCase();
		return text.replace(/[^ı]+/g, (part) => part.toLowerCase().toUpperCase().toLowerCase()).replaceAll("ς", "σ").replace(/[\u13f8-\u13fd\uab70-\uabbf]/g, (cherokee) => cherokee.toUpperCase());
	}
	// ../clients/typescript/src/address.ts
	/** Addresses of YouTube pages that people paste. */
	var AROUND = /[\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2026\u2028-\u202f\u205f-\u206f\u3000\ufeff\xab\xbb\u2018-\u201f\u2039\u203a\u300c-\u300f"'`<>()[\]{}*.,;:!?]/;
	var INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
	var ENCODED = /^(?:https?:|https?%3a)?%2f%2f/i;
	var ADDRESS = /^(?:(?:https?:)?\/\/)?(?:[a-z0-9-]+\.)?(?:youtube\.com|youtube-nocookie\.com|youtubekids\.com|(youtu\.be))\.?(?::[0-9]+)?(?![^/?#])([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is;
	var VIDEO = /^([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])/;
	var CHANNEL = /^(UC[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/;
	var CHANNEL_LINE = /^(UC[A-Za-z0-9_-]{22})(?:[\t\r\n ,;].*)?$/s;
	var LIKE_A_NAME = /^(?:[^A-Z]*|[^a-z]*|[A-Z]?[a-z]+(?:[_-]?[A-Z][a-z]+|[_-][a-z]+)*[_-]?[0-9]*)$/;
	var VIDEO_PATHS = [
		"shorts",
		"embed",
		"live",
		"v",
		"e",
		"video"
	];
	var NO_VIDEOS = /* @__PURE__ */ new Set(["videoseries", "live_stream"]);
	var LEADS_ON = /* @__PURE__ */ new Map([
		["attribution_link", "u"],
		["redirect", "q"],
		["m", "continue"]
	]);
	var NAMES = ["c", "user"];
	var PAGES = /* @__PURE__ */ new Set([
		...VIDEO_PATHS,
		...LEADS_ON.keys(),
		...NAMES,
		...[
			"about",
			"account",
			"channel",
			"clip",
			"feed",
			"gaming",
			"hashtag",
			"playlist"
		],
		...[
			"post",
			"premium",
			"results",
			"signin",
			"source",
			"t",
			"upload",
			"watch"
		]
	]);
	/**
	* What somebody pasted or typed; undefined if it means nothing. A word of 11 characters may be a
	* video's id or a channel's name: it is an id where a video is `wanted`, a word where a channel is,
	* and where either may be an id unless it reads like a name.
	*
	* The server reads the same (common/youtube.py): clients/vectors/addresses.json holds both to it.
	*/
	function readAddress(text, wanted) {
		let shown = trimmed(text.replace(INVISIBLE, ""), AROUND);
		if (ENCODED.test(shown)) shown = percentDecoded(shown) ?? "";
		if (/^(?:@|%40)/.test(shown)) return handleIn(shown.replace(/[/?#][^]*/, ""));
		const line = CHANNEL_LINE.exec(shown)?.[1];
		if (line !== void 0) return {
			kind: "channel",
			key: line
		};
		const address = addressIn(shown);
		if (address) return pageOf(address);
		if (VIDEO.exec(shown)?.[0] === shown && (wanted === "video" || wanted === void 0 && !LIKE_A_NAME.test(shown))) return {
			kind: "video",
			key: shown
		};
		return shown.includes(".") ? void 0 : named("word", shown);
	}
	function addressIn(text, followed = false) {
		const found = ADDRESS.exec(/^\/(?!\/)/.test(text) ? `youtube.com${text}` : text);
		if (!found) return void 0;
		const [, short, path = "", query = ""] = found;
		return {
			isShort: short !== void 0,
			path,
			query,
			followed
		};
	}
	function pageOf({ isShort, path, query, followed }) {
		const [first = "", second = ""] = path.split("/").filter((segment) => segment !== "");
		const video = isShort ? videoIn(first) : void 0;
		if (video) return video;
		if (/^(?:@|%40)/.test(first)) return handleIn(first);
		if (first === "" || first === "watch") return videoIn(parameter(query, "v")) ?? videoIn(second);
		if (VIDEO_PATHS.includes(first)) return videoIn(second) ?? (second === "live_stream" ? channelIn(parameter(query, "channel")) : void 0);
		if (first === "channel") return channelIn(second);
		const next = LEADS_ON.get(first);
		if (next !== void 0 && !followed) {
			const address = addressIn(percentDecoded(parameter(query, next)) ?? "", true);
			return address && pageOf(address);
		}
		if (NAMES.includes(first)) return named("legacy", second);
		return PAGES.has(first) || isShort ? void 0 : named("legacy", first);
	}
	/** The first of this name, still encoded; a `;` is what is left of a copied `&amp;`. */
	function parameter(query, name) {
		return (query.split(/[&;]/).find((each) => each.split("=", 1)[0] === name) ?? "").slice(name.length + 1);
	}
	/** From an id, whatever a sentence left behind it. */
	function videoIn(given) {
		const key = VIDEO.exec(percentDecoded(given) ?? "")?.[1];
		return key === void 0 || NO_VIDEOS.has(key) ? void 0 : {
			kind: "video",
			key
		};
	}
	function channelIn(given) {
		const key = CHANNEL.exec(percentDecoded(given) ?? "")?.[1];
		return key === void 0 ? void 0 : {
			kind: "channel",
			key
		};
	}
	function handleIn(given) {
		const key = normaliseHandle(given);
		return key === void 0 ? void 0 : {
			kind: "channel",
			key
		};
	}
	function named(kind, given) {
		const key = normaliseHandle(given)?.slice(1);
		return key === void 0 ? void 0 : {
			kind,
			key
		};
	}
	exports.readAddress = readAddress;
	return exports;
})({});
