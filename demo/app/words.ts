// The admin app's own words in its three languages.
import type { SkuStatus } from "./studio-api.ts";
import type { Locale, Theme } from "./usePreferences.ts";

export interface Words {
  readonly ownName: string;
  readonly sections: string;
  readonly pages: string;
  readonly products: string;
  readonly shipping: string;
  readonly listings: string;
  readonly photos: string;
  readonly orders: string;
  readonly language: string;
  readonly theme: string;
  readonly themes: Readonly<Record<Theme, string>>;
  readonly missing: string;
  readonly missingHelp: string;
  readonly article: string;
  readonly title: string;
  readonly state: string;
  readonly states: Readonly<Record<SkuStatus, string>>;
  readonly toReview: string;
  readonly approved: string;
  readonly loading: string;
  readonly none: string;
  readonly failed: string;
  readonly again: string;
  readonly more: string;
  readonly ordersNote: string;
  readonly order: string;
  readonly placed: string;
  readonly buyer: string;
  readonly pieces: string;
  readonly sum: string;
  readonly orderState: string;
  readonly packing: string;
  readonly sent: string;
  readonly delivered: string;
  readonly plain: string;
  readonly price: string;
  readonly stock: string;
  readonly photosApproved: string;
  readonly offerReady: string;
  readonly offerWaits: string;
  readonly dismiss: string;
  /** What the host says when the studio tells it of decisions and of runs; `{n}` is filled in. */
  readonly decided: Readonly<Record<"approve" | "reject" | "archive" | "reopen" | "activate", string>>;
  readonly jobDone: string;
  readonly jobFailed: string;
  readonly shelf: string;
  /** `{market}` is filled in. */
  readonly shelfNote: string;
  readonly shelfNone: string;
  readonly shelfFailed: string;
  readonly shelfUntouched: string;
  /** `{when}` is filled in. */
  readonly shelfChanged: string;
  /** `{n}` is filled in. */
  readonly shelfPictures: string;
}

export const words: Readonly<Record<Locale, Words>> = {
  en: {
    ownName: "English",
    sections: "Sections",
    pages: "Pages",
    products: "Products",
    shipping: "Shipping",
    listings: "Listings",
    photos: "Photos",
    orders: "Orders",
    language: "Language",
    theme: "Theme",
    themes: { auto: "System", light: "Light", dark: "Dark" },
    missing: "No such page",
    missingHelp: "Nothing is kept at this address. Choose a page above.",
    article: "Article",
    title: "Title",
    state: "Photo status",
    states: { PENDING: "Pending", PROCESSING: "Processing", REVIEW: "Review", APPROVED: "Approved", ARCHIVED: "Archived" },
    toReview: "To review",
    approved: "Approved",
    loading: "Reading the products…",
    none: "No products yet.",
    failed: "The products could not be read.",
    again: "Try again",
    more: "Show more",
    ordersNote: "Invented orders: this page only shows that the studio takes no more room than its host gives it.",
    order: "Order",
    placed: "Placed",
    buyer: "Buyer",
    pieces: "Pieces",
    sum: "Sum",
    orderState: "State",
    packing: "Packing",
    sent: "Sent",
    delivered: "Delivered",
    plain: "Plain HTML",
    price: "Price",
    stock: "In stock",
    photosApproved: "Photos approved",
    offerReady: "Ready to publish",
    offerWaits: "Waits for photos",
    dismiss: "Dismiss",
    decided: {
      approve: "Approved photos: {n}. The shop shows them now.",
      reject: "Rejected photos: {n}. The photographer was told.",
      archive: "Archived photos: {n}.",
      reopen: "Decisions taken back: {n}.",
      activate: "Photos back from the archive: {n}.",
    },
    jobDone: "Run {number} has ended: {done} of {total} photos are ready.",
    jobFailed: "Run {number} has ended without a photo.",
    shelf: "Marketplace",
    shelfNote:
      "What buyers see on {market}, a small invented marketplace that runs beside this app. In Photos, add from the gallery, run, approve and publish: the new pictures appear here.",
    shelfNone: "No marketplace runs beside this app: the server's GALLERIES names others.",
    shelfFailed: "The marketplace does not answer.",
    shelfUntouched: "As first photographed",
    shelfChanged: "Published {when}",
    shelfPictures: "Pictures: {n}",
  },
  zh: {
    ownName: "中文",
    sections: "栏目",
    pages: "页面",
    products: "商品",
    shipping: "发货",
    listings: "商品列表",
    photos: "图片",
    orders: "订单",
    language: "语言",
    theme: "主题",
    themes: { auto: "跟随系统", light: "浅色", dark: "深色" },
    missing: "页面不存在",
    missingHelp: "此地址没有内容，请从上方选择页面。",
    article: "货号",
    title: "名称",
    state: "图片状态",
    states: { PENDING: "待处理", PROCESSING: "处理中", REVIEW: "待审核", APPROVED: "已通过", ARCHIVED: "已归档" },
    toReview: "待审核",
    approved: "已通过",
    loading: "正在读取商品…",
    none: "还没有商品。",
    failed: "无法读取商品。",
    again: "重试",
    more: "显示更多",
    ordersNote: "虚构的订单：此页仅用于说明图片工作室只占用宿主应用给它的空间。",
    order: "订单",
    placed: "下单日期",
    buyer: "买家",
    pieces: "件数",
    sum: "金额",
    orderState: "状态",
    packing: "打包中",
    sent: "已发货",
    delivered: "已送达",
    plain: "纯 HTML",
    price: "价格",
    stock: "库存",
    photosApproved: "已通过图片",
    offerReady: "可以上架",
    offerWaits: "等待图片",
    dismiss: "关闭",
    decided: {
      approve: "已通过 {n} 张图片，商店已更新。",
      reject: "已退回 {n} 张图片，已通知摄影师。",
      archive: "已归档 {n} 张图片。",
      reopen: "已撤销 {n} 项决定。",
      activate: "已从归档恢复 {n} 张图片。",
    },
    jobDone: "任务 {number} 已结束：{total} 张中 {done} 张已就绪。",
    jobFailed: "任务 {number} 已结束，没有生成图片。",
    shelf: "商城",
    shelfNote:
      "这是买家在 {market} 上看到的内容。它是随本应用一起运行的虚构小商城。请在“图片”页从图库添加、处理、通过并发布，新图片会显示在这里。",
    shelfNone: "没有商城随本应用运行：服务器的 GALLERIES 指定了其他图库。",
    shelfFailed: "商城没有响应。",
    shelfUntouched: "最初拍摄的照片",
    shelfChanged: "{when} 发布",
    shelfPictures: "图片：{n}",
  },
  ru: {
    ownName: "Русский",
    sections: "Разделы",
    pages: "Страницы",
    products: "Товары",
    shipping: "Доставка",
    listings: "Товары",
    photos: "Фото",
    orders: "Заказы",
    language: "Язык",
    theme: "Тема",
    themes: { auto: "Как в системе", light: "Светлая", dark: "Тёмная" },
    missing: "Нет такой страницы",
    missingHelp: "По этому адресу ничего нет. Выберите страницу выше.",
    article: "Артикул",
    title: "Название",
    state: "Статус фото",
    states: { PENDING: "Ждут", PROCESSING: "В работе", REVIEW: "Проверить", APPROVED: "Одобрено", ARCHIVED: "В архиве" },
    toReview: "Проверить",
    approved: "Одобрено",
    loading: "Читаем товары…",
    none: "Товаров пока нет.",
    failed: "Не удалось прочитать товары.",
    again: "Повторить",
    more: "Показать ещё",
    ordersNote: "Заказы вымышлены: страница лишь показывает, что студия занимает не больше места, чем ей отвели.",
    order: "Заказ",
    placed: "Оформлен",
    buyer: "Покупатель",
    pieces: "Штук",
    sum: "Сумма",
    orderState: "Состояние",
    packing: "Собирается",
    sent: "Отправлен",
    delivered: "Доставлен",
    plain: "Простой HTML",
    price: "Цена",
    stock: "На складе",
    photosApproved: "Одобрено фото",
    offerReady: "Можно публиковать",
    offerWaits: "Ждёт фото",
    dismiss: "Скрыть",
    decided: {
      approve: "Одобрено фото: {n}. Магазин уже показывает их.",
      reject: "Отклонено фото: {n}. Фотограф извещён.",
      archive: "Убрано в архив фото: {n}.",
      reopen: "Решений отменено: {n}.",
      activate: "Возвращено из архива фото: {n}.",
    },
    jobDone: "Запуск {number} завершён: готово фото {done} из {total}.",
    jobFailed: "Запуск {number} завершён, фото не получились.",
    shelf: "Маркетплейс",
    shelfNote:
      "Так товары видят покупатели на {market}, маленьком вымышленном маркетплейсе рядом с этим приложением. В разделе «Фото» добавьте товары из галереи, запустите обработку, одобрите и опубликуйте: новые снимки появятся здесь.",
    shelfNone: "Рядом с приложением нет маркетплейса: в GALLERIES сервера указаны другие галереи.",
    shelfFailed: "Маркетплейс не отвечает.",
    shelfUntouched: "Как снято вначале",
    shelfChanged: "Опубликовано {when}",
    shelfPictures: "Снимков: {n}",
  },
};
