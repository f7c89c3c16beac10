package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.device.GalleryReader;
import al.example.aktivisti.device.VideoPart;
import al.example.aktivisti.model.Post;
import al.example.aktivisti.score.Points;
import android.Manifest;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.provider.MediaStore;
import android.view.View;
import android.widget.Toast;
import com.google.firebase.analytics.FirebaseAnalytics;

/** Posts to like and share. */
public class FeedActivity extends TimedActivity implements View.OnClickListener {
    private final Post post = new Post("1", "facebook", "https://aktivisti.example/post/1");

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_feed);
        findViewById(R.id.like).setOnClickListener(this);
        findViewById(R.id.unlike).setOnClickListener(this);
        findViewById(R.id.share).setOnClickListener(this);
    }

    @Override
    public void onClick(View view) {
        if (view.getId() == R.id.like) {
            onLike();
        } else if (view.getId() == R.id.unlike) {
            onUnlike();
        } else {
            onShare();
        }
    }

    private void onLike() {
        startActivity(new Intent(Intent.ACTION_VIEW, Uri.parse(post.address)).setPackage("com.facebook.katana"));
        Points.onLike(post.id);
        track("like_post");
        Toast.makeText(this, R.string.like_recorded, Toast.LENGTH_SHORT).show();
    }

    private void onUnlike() {
        Points.onUnlike(post.id);
        track("unlike_post");
        Toast.makeText(this, R.string.unlike_recorded, Toast.LENGTH_SHORT).show();
    }

    private void onShare() {
        Intent send = new Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, post.address);
        startActivity(Intent.createChooser(send, getString(R.string.share)));
        Points.onShare(post.id);
        Bundle values = new Bundle();
        values.putString("post_id", post.id);
        values.putString("network", post.network);
        values.putLong(FirebaseAnalytics.Param.SCORE, Points.POINTS_PER_SHARE);
        FirebaseAnalytics.getInstance(this).logEvent("share_post", values);
        Toast.makeText(this, R.string.share_recorded, Toast.LENGTH_SHORT).show();
    }

    private void track(String act) {
        Bundle values = new Bundle();
        values.putString("post_id", post.id);
        FirebaseAnalytics.getInstance(this).logEvent(act, values);
    }

    /** Named in the layout. */
    public void attachPhoto(View view) {
        requestPermissions(
                new String[] {Manifest.permission.READ_MEDIA_IMAGES, Manifest.permission.READ_MEDIA_VIDEO}, 5);
        if (GalleryReader.images(this) == 0) {
            startActivityForResult(new Intent(MediaStore.ACTION_IMAGE_CAPTURE), 2);
        } else {
            VideoPart.start(this);
        }
    }
}
